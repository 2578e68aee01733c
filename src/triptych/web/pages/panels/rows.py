"""The synthesis as rows and cells: each is made of the code's own rules and the live counts, and names its test."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from triptych.audiences.model import KINDS, WORDS
from triptych.audiences.segments.masking import SMALLEST
from triptych.collect.visitors.keys import DAYS_KEPT
from triptych.consent.rights import ROOMS
from triptych.crm.models import Interaction, PartyRole
from triptych.crm.numbers import party_number
from triptych.crm.outbox import KEPT
from triptych.crm.stages.rules import Stage
from triptych.dmp.visitors.model import KEPT_HOURS, LIFE_HOURS
from triptych.vocabulary import KNOWN_TYPES, PURPOSES, Party
from triptych.web.pages import relation, words, writing
from triptych.web.pages.panels.cells import Cell, Row, counted_text, listed
from triptych.web.pages.panels.counts import Counts, roles_of
from triptych.web.pages.panels.proofs import PROOFS, Proof
from triptych.web.rights import Action, Role

_ROLES: dict[Role, Promise] = {
    Role.ADMIN: gettext_lazy("administration"),
    Role.MARKETER: gettext_lazy("marketing"),
    Role.SALES: gettext_lazy("sales"),
    Role.SUPPORT: gettext_lazy("customer service"),
    Role.PROCUREMENT: gettext_lazy("purchasing"),
    Role.AGENT: gettext_lazy("shop"),
    Role.MEDIA: gettext_lazy("media"),
    Role.ENGINEER: gettext_lazy("data engineering"),
    Role.PRIVACY: gettext_lazy("privacy"),
    Role.VIEWER: gettext_lazy("readers"),
}


def rows(counts: Counts) -> tuple[Row, ...]:
    """The whole synthesis."""
    return tuple(
        Row(key, str(question), (crm(counts, proofs[0]), cdp(counts, proofs[1]), dmp(counts, proofs[2])))
        for key, question, (crm, cdp, dmp) in _ROWS
        for proofs in (PROOFS[key],)
    )


def _counted(counts: Counts, name: str, noun: str, text: str, proof: Proof) -> Cell:
    """A cell whose key is a live count of that name."""
    many: int | None = getattr(counts, name)
    return Cell(counted_text(many), noun, text, proof, counted=name, value=many)


def _said(key: str, text: str, proof: Proof, *, mono: bool = False) -> Cell:
    """A cell whose key is a word."""
    return Cell(key, "", text, proof, mono=mono)


def _who_crm(counts: Counts, proof: Proof) -> Cell:
    roles = listed(relation.role(role.value).lower() for role in PartyRole.Role)
    return _counted(
        counts,
        "parties",
        gettext("people and organisations"),
        gettext("Those we deal with: %(roles)s.") % {"roles": roles},
        proof,
    )


def _who_cdp(counts: Counts, proof: Proof) -> Cell:
    return _counted(
        counts,
        "people",
        gettext("people"),
        gettext("Whoever we know by an account, a card, a mail or a phone, in shop and online, each of them once."),
        proof,
    )


def _who_dmp(counts: Counts, proof: Proof) -> Cell:
    return _counted(
        counts,
        "visitors",
        gettext("visitors"),
        gettext("Whoever said yes to advertising in a browser, customer or not. %(gone)s took it back.")
        % {"gone": writing.number(counts.withdrawn)}
        if counts.withdrawn
        else gettext("Whoever said yes to advertising in a browser, customer or not."),
        proof,
    )


def _known_crm(counts: Counts, proof: Proof) -> Cell:
    return _said(
        party_number("person", 1042),
        gettext("A record number. Name, company, and %(number)s mails, phones and addresses.")
        % {"number": counted_text(counts.contact_points)},
        proof,
        mono=True,
    )


def _known_cdp(counts: Counts, proof: Proof) -> Cell:
    kinds = listed(words.identifier_kind(kind.word) for kind in sorted(KNOWN_TYPES))
    return Cell(
        "p_…",
        "",
        gettext("One persistent ID that joins %(number)s identifiers: %(kinds)s, browsers and devices.")
        % {"number": counted_text(counts.identifiers), "kinds": kinds},
        proof,
        mono=True,
        counted="identifiers",
        value=counts.identifiers,
    )


def _known_dmp(_counts: Counts, proof: Proof) -> Cell:
    return _said(
        "v·c0b7-91fe",
        gettext("An ID issued after consent, in a cookie of its own that no script reads. It joins nothing else."),
        proof,
        mono=True,
    )


def _named_crm(_counts: Counts, proof: Proof) -> Cell:
    return _said(gettext("Named"), gettext("We greet them by name. Private notes stay with their division."), proof)


def _named_cdp(_counts: Counts, proof: Proof) -> Cell:
    return _said(
        gettext("Named"),
        gettext("Never anonymised. Who may not see names sees that there is one, and no more."),
        proof,
    )


def _named_dmp(_counts: Counts, proof: Proof) -> Cell:
    return _said(
        gettext("Pseudonymous"),
        gettext("Only counts of %(number)s and more are called anonymous.") % {"number": SMALLEST},
        proof,
    )


def _naming() -> tuple[int, ...]:
    return tuple(int(party) for party in Party if party.may_name)


def _party_crm(_counts: Counts, proof: Proof) -> Cell:
    return Cell("", "", gettext("What they told us, and what passed between us."), proof, _naming())


def _party_cdp(counts: Counts, proof: Proof) -> Cell:
    said = ngettext(
        "The same, and what we compute from it: %(some)s of %(all)s source may name a person.",
        "The same, and what we compute from it: %(some)s of %(all)s sources may name a person.",
        counts.sources,
    ) % {"some": writing.number(counts.named_sources), "all": writing.number(counts.sources)}
    return Cell("", "", said, proof, _naming())


def _party_dmp(counts: Counts, proof: Proof) -> Cell:
    text = gettext("Our pages. No partner has a contract yet. Never what a person declared.")
    if counts.partners:
        text = gettext("Our pages, and under contract %(partners)s. Never what a person declared.") % {
            "partners": listed(counts.partners)
        }
    return Cell("", "", text, proof, counts.parties_held)


def _data_crm(counts: Counts, proof: Proof) -> Cell:
    kinds = listed(relation.kind(kind.value).lower() for kind in Interaction.Kind)
    return _counted(
        counts,
        "interactions",
        gettext("interactions"),
        gettext("Online and offline: %(kinds)s. Edits with who, when, before and after.") % {"kinds": kinds},
        proof,
    )


def _data_cdp(counts: Counts, proof: Proof) -> Cell:
    return _counted(
        counts,
        "events",
        gettext("events"),
        gettext("Demographic, history, behaviour: each trait with its source, party, basis and date."),
        proof,
    )


def _data_dmp(counts: Counts, proof: Proof) -> Cell:
    return _counted(
        counts,
        "observations",
        gettext("observations"),
        gettext("An hour, one of %(kinds)s kinds of sight, and %(words)s words at most: category and campaign.")
        % {"kinds": len(KINDS), "words": len(WORDS)},
        proof,
    )


def _ground_crm(counts: Counts, proof: Proof) -> Cell:
    return _said(
        words.basis(counts.crm_basis or "contract").capitalize(),
        gettext("Selling, buying, after-sale. Marketing only with consent, channel by channel."),
        proof,
    )


def _ground_cdp(counts: Counts, proof: Proof) -> Cell:
    said = listed(words.basis(basis) for basis in dict.fromkeys((*counts.bases, "consent")))
    return _said(
        said[:1].upper() + said[1:],
        gettext(
            "From servers on the source’s basis, from browsers with consent: %(number)s purposes, each asked apart."
        )
        % {"number": len(PURPOSES)},
        proof,
    )


def _ground_dmp(_counts: Counts, proof: Proof) -> Cell:
    return _said(
        gettext("Consent"),
        gettext("To advertising, by our signal or a TCF string with purpose 1 and 3 or 4. A GPC signal is a no."),
        proof,
    )


def _kept_crm(_counts: Counts, proof: Proof) -> Cell:
    return _said(
        gettext("Until erased"),
        gettext(
            "No term runs by itself. Erased on request, notes and changes too."
            " What was sent leaves the outbox after %(days)s days."
        )
        % {"days": KEPT.days},
        proof,
    )


def _kept_cdp(_counts: Counts, proof: Proof) -> Cell:
    return _said(
        gettext("Until erased"),
        gettext("No term runs by itself. Erased on request in %(number)s rooms, with a certificate; kept out for ever.")
        % {"number": len(ROOMS)},
        proof,
    )


def _kept_dmp(_counts: Counts, proof: Proof) -> Cell:
    return Cell(
        gettext("%(number)s days") % {"number": LIFE_HOURS // 24},
        gettext("for the ID, 13 months"),
        gettext(
            "Visits do not prolong it. Data %(kept)s days at most. Withdrawn: gone in 60 s. Partners: end of contract."
            " The key of a day’s ids: %(key)s days."
        )
        % {"kept": KEPT_HOURS // 24, "key": DAYS_KEPT},
        proof,
    )


def _cross_crm(counts: Counts, proof: Proof) -> Cell:
    text = gettext("Same person, same portrait: an edit leaves by the outbox, once.")
    if counts.waiting:
        text += " " + ngettext("%(number)s waits to leave.", "%(number)s wait to leave.", counts.waiting) % {
            "number": writing.number(counts.waiting)
        }
    else:
        text += " " + gettext("None waits to leave.")
    return _said(gettext("Everything, both ways"), text, proof)


def _cross_cdp(_counts: Counts, proof: Proof) -> Cell:
    return _said(
        gettext("Nobody, to the right"),
        gettext(
            "No name, no identifier and no audience goes over the wall today. Both sides share no file, key or ID."
        ),
        proof,
    )


def _cross_dmp(_counts: Counts, proof: Proof) -> Cell:
    return _said(
        gettext("Only counts of %(number)s and more") % {"number": SMALLEST},
        gettext("No visitor and no list goes to the left. A smaller count is said to be under %(number)s.")
        % {"number": SMALLEST},
        proof,
    )


def _for_crm(_counts: Counts, proof: Proof) -> Cell:
    stages = listed(relation.stage(stage.value).lower() for stage in Stage)
    return _said(gettext("To serve and to sell"), gettext("At each step: %(stages)s.") % {"stages": stages}, proof)


def _for_cdp(counts: Counts, proof: Proof) -> Cell:
    said = ngettext("%(number)s live audience", "%(number)s live audiences", counts.audiences)
    return _said(
        gettext("To know and to propose"),
        gettext("One portrait, %(audiences)s, deliveries with consent asked again when they leave.")
        % {"audiences": said % {"number": writing.number(counts.audiences)}},
        proof,
    )


def _for_dmp(counts: Counts, proof: Proof) -> Cell:
    said = ngettext("%(number)s segment", "%(number)s segments", counts.segments)
    return _said(
        gettext("To reach and to measure"),
        gettext("%(segments)s and their overlap: people we have not met yet.")
        % {"segments": said % {"number": writing.number(counts.segments)}},
        proof,
    )


def _works(many: int, actions: tuple[Action, ...], proof: Proof, more: str = "", *, counted: str = "") -> Cell:
    roles = listed(str(_ROLES[role]) for role in roles_of(*actions))
    said = f"{roles[:1].upper()}{roles[1:]}.{f' {more}' if more else ''}"
    noun = ngettext("colleague", "colleagues", many)
    return Cell(writing.number(many), noun, said, proof, counted=counted, value=many)


def _works_crm(counts: Counts, proof: Proof) -> Cell:
    return _works(counts.crm_colleagues, (Action.SEE_PARTIES,), proof, counted="crm_colleagues")


def _works_cdp(counts: Counts, proof: Proof) -> Cell:
    return _works(counts.cdp_colleagues, (Action.SEE_AUDIENCES, Action.SEE_PEOPLE), proof, counted="cdp_colleagues")


def _works_dmp(counts: Counts, proof: Proof) -> Cell:
    more = gettext("None but administration works in the CRM too.")
    return _works(counts.dmp_colleagues, (Action.SEE_VISITORS,), proof, more, counted="dmp_colleagues")


_Part = Callable[[Counts, Proof], Cell]
_ROWS: tuple[tuple[str, Promise, tuple[_Part, _Part, _Part]], ...] = (
    ("who", gettext_lazy("Who is in it?"), (_who_crm, _who_cdp, _who_dmp)),
    ("known", gettext_lazy("Known by what?"), (_known_crm, _known_cdp, _known_dmp)),
    ("named", gettext_lazy("Named or not?"), (_named_crm, _named_cdp, _named_dmp)),
    ("party", gettext_lazy("From which party?"), (_party_crm, _party_cdp, _party_dmp)),
    ("data", gettext_lazy("Which data?"), (_data_crm, _data_cdp, _data_dmp)),
    ("ground", gettext_lazy("On what ground?"), (_ground_crm, _ground_cdp, _ground_dmp)),
    ("kept", gettext_lazy("Kept how long?"), (_kept_crm, _kept_cdp, _kept_dmp)),
    ("cross", gettext_lazy("What may cross?"), (_cross_crm, _cross_cdp, _cross_dmp)),
    ("for", gettext_lazy("What is it for?"), (_for_crm, _for_cdp, _for_dmp)),
    ("works", gettext_lazy("Who works in it?"), (_works_crm, _works_cdp, _works_dmp)),
)
