"""Which test shows a cell of the synthesis. A law of the house holds that each of them is there."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[5]
"""Where the tests stand, in a house that runs from its source. An installed package brings none along."""


class Proof(NamedTuple):
    """A test: the file it stands in, and its name."""

    file: str
    name: str

    @property
    def address(self) -> str:
        """The test as the test runner takes it."""
        return f"{self.file}::{self.name}"

    def source(self) -> str:
        """The test as it is written; nothing where the tests did not come along."""
        try:
            text = (ROOT / self.file).read_text(encoding="utf-8")
        except OSError:
            return ""
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name == self.name:
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
        return ""


PROOFS: dict[str, tuple[Proof, Proof, Proof]] = {
    "who": (
        Proof("tests/crm/test_edits.py", "test_a_supplier_is_told_apart_and_a_role_can_begin_and_end"),
        Proof("tests/cdp/identity/test_laws.py", "test_a_profile_is_what_active_edges_join"),
        Proof("tests/collect/edge/test_visitors.py", "test_it_gives_an_id_after_a_yes_and_observes_once_it_comes_back"),
    ),
    "known": (
        Proof("tests/crm/test_edits.py", "test_it_makes_a_person_with_one_event_that_says_who_she_is"),
        Proof("tests/cdp/identity/test_resolve.py", "test_it_keeps_the_older_profile_and_lets_the_younger_redirect"),
        Proof("tests/collect/edge/test_visitors.py", "test_it_takes_no_cookie_that_is_not_its_own"),
    ),
    "named": (
        Proof("tests/web/record/test_no_leak.py", "test_a_private_note_leaves_the_records_in_no_event_and_no_change"),
        Proof("tests/web/pages/test_rights.py", "test_it_shows_no_personal_value_to_a_role_without_the_right"),
        Proof("tests/wall/test_canary.py", "test_no_string_of_a_person_is_found_below_the_wall"),
    ),
    "party": (
        Proof(
            "tests/crm/test_edits.py",
            "test_the_plan_of_the_source_declares_what_colleagues_enter_and_fits_what_is_sent",
        ),
        Proof("tests/journeys/test_turned_away.py", "test_a_third_party_may_not_name_anybody"),
        Proof("tests/audiences/segments/test_leaving.py", "test_what_is_derived_has_the_lowest_party_of_its_inputs"),
    ),
    "data": (
        Proof("tests/web/record/test_record.py", "test_it_shows_portrait_and_work_in_one"),
        Proof("tests/cdp/profiles/test_fold.py", "test_it_keeps_what_was_said_with_its_provenance"),
        Proof("tests/collect/edge/test_visitors.py", "test_it_says_everything_in_words_of_the_operator"),
    ),
    "ground": (
        Proof("tests/web/pages/test_panels.py", "test_the_sources_of_the_house_stand_on_the_ground_that_is_shown"),
        Proof("tests/collect/edge/test_consent.py", "test_an_event_reaches_the_disk_only_with_its_basis"),
        Proof("tests/collect/edge/test_visitors.py", "test_it_gives_no_id_without_a_clear_yes"),
    ),
    "kept": (
        Proof(
            "tests/journeys/test_relation.py",
            "test_a_person_is_erased_from_the_records_too_and_a_rebuild_leaves_the_others_alone",
        ),
        Proof(
            "tests/journeys/test_keeping.py",
            "test_an_erased_person_is_gone_from_every_byte_stays_out_and_does_not_return_with_a_backup",
        ),
        Proof("tests/river/visitors/test_river.py", "test_it_lets_an_id_go_after_thirteen_months"),
    ),
    "cross": (
        Proof("tests/crm/test_outbox.py", "test_it_sends_each_edit_once_in_order_under_its_outbox_id"),
        Proof("tests/journeys/test_panels.py", "test_neither_side_of_the_wall_holds_what_the_other_is_known_by"),
        Proof("tests/journeys/test_partner.py", "test_a_segment_that_is_too_small_is_told_as_under_fifty"),
    ),
    "for": (
        Proof("tests/crm/stages/test_rules.py", "test_there_is_always_one_stage_and_a_reason"),
        Proof("tests/audiences/test_agreement.py", "test_it_answers_the_same_by_sql_live_and_by_hand"),
        Proof("tests/audiences/segments/test_agreement.py", "test_it_gives_the_same_answer_live_and_by_the_oracle"),
    ),
    "works": (
        Proof("tests/web/record/test_no_leak.py", "test_no_address_tells_a_role_what_is_not_its_own"),
        Proof("tests/web/rights/test_every_address.py", "test_a_role_does_what_the_table_says_and_nothing_else"),
        Proof("tests/web/rights/test_table.py", "test_only_an_administrator_is_on_both_sides_of_the_wall"),
    ),
}
"""The test of each cell, by the key of its row: CRM, CDP, DMP."""
