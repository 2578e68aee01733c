"""No page takes a file, and no form fills the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from triptych.web.accounts.models import User

LARGEST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@pytest.mark.parametrize("size", [3, LARGEST - 10_000, LARGEST + 1, 4 * LARGEST])
def test_a_file_is_never_written(db: None, tmp_path: Path, size: int) -> None:
    file = SimpleUploadedFile("f.bin", b"x" * size)
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path / "there is no such folder")):
        answer = Client().post("/accounts/login/", {"username": "a", "file": file})
    assert answer.status_code == (400 if size > LARGEST else 200)


def test_a_form_in_parts_without_a_file_is_read(alice: User) -> None:
    answer = Client().post("/accounts/language/", {"language": "fr"})  # Django's client sends parts
    assert answer.status_code == 302
    assert answer.cookies["triptych-language"].value == "fr"
