import base64
import json
import stat

import pytest

from triptych.registry import publish, read
from triptych.registry.services import (
    Desk,
    Problem,
    RegistryError,
    add_audience,
    add_destination,
    change_destination,
    remove_audience,
    remove_destination,
    rotate_destination_secret,
)
from triptych.registry.storage import webhook_secret_file

pytestmark = pytest.mark.django_db

URL = "https://example.org/in?token=hidden"


def test_its_secret_is_shown_once_and_kept_in_a_file_of_ours_alone(desk: Desk) -> None:
    made = add_destination(desk, id="hook", kind="webhook", url=URL)

    file = webhook_secret_file(desk.home, "hook")
    assert file.read_text() == made.secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(base64.b64decode(made.secret.removeprefix("whsec_"))) == 32
    everywhere = json.dumps(
        [str(read.destinations()), str(read.audit()), (desk.home / "published" / "definitions.json").read_text()]
    )
    assert made.secret not in everywhere


def test_the_audit_log_keeps_the_host_and_not_the_address(desk: Desk) -> None:
    add_destination(desk, id="hook", kind="webhook", url=URL)
    [entry] = read.audit()
    assert entry.after is not None
    assert entry.after["host"] == "example.org"
    assert "hidden" not in json.dumps(entry.after)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https://alice:secret@example.org/",
        "http://127.0.0.1:9000/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.8/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://example.org/in",
        "https://example.org:22/",
    ],
)
def test_it_refuses_an_address_inside_our_own_network(desk: Desk, url: str) -> None:
    with pytest.raises(RegistryError) as refused:
        add_destination(desk, id="hook", kind="webhook", url=url)
    assert refused.value.field == "url"
    assert not webhook_secret_file(desk.home, "hook").exists()


def test_a_private_address_is_allowed_by_name_and_port(desk: Desk) -> None:
    add_destination(desk, id="hook", kind="webhook", url="http://127.0.0.1:9000/in", allow_private=["127.0.0.1:9000"])
    document = publish.load(desk.home)
    assert document is not None
    assert document.destinations[0].allow_private == ("127.0.0.1:9000",)
    with pytest.raises(RegistryError):
        change_destination(desk, "hook", url="http://127.0.0.1:9001/in")
    with pytest.raises(RegistryError):
        change_destination(desk, "hook", allow_private=[])
    with pytest.raises(RegistryError):
        add_destination(desk, id="other", kind="webhook", url=URL, allow_private=["127.0.0.1"])


def test_a_new_secret_replaces_the_old_one(desk: Desk) -> None:
    made = add_destination(desk, id="hook", kind="webhook", url=URL)
    assert rotate_destination_secret(desk, "hook") != made.secret
    assert webhook_secret_file(desk.home, "hook").read_text() != made.secret


def test_it_is_switched_off_and_an_audience_that_used_it_sends_nothing_there(desk: Desk) -> None:
    add_destination(desk, id="hook", kind="webhook", url=URL)
    add_audience(desk, id="buyers", purpose="marketing:email", text='did "Order Completed"', to=["hook"])
    change_destination(desk, "hook", enabled=False, name="Off")
    document = publish.load(desk.home)
    assert document is not None
    assert document.audiences[0].destinations == ()
    assert not document.destinations[0].enabled


def test_it_is_removed_with_its_secret_when_no_audience_uses_it(desk: Desk) -> None:
    add_destination(desk, id="hook", kind="webhook", url=URL)
    add_audience(desk, id="buyers", purpose="marketing:email", text='did "Order Completed"', to=["hook"])
    with pytest.raises(RegistryError) as refused:
        remove_destination(desk, "hook")
    assert refused.value.problem is Problem.IN_USE
    remove_audience(desk, "buyers")
    remove_destination(desk, "hook")
    assert read.destinations() == ()
    assert not webhook_secret_file(desk.home, "hook").exists()
