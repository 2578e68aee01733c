"""Every page's address. Nothing in an address identifies a person but the profile's own id."""

from django.urls import path

from triptych.web.furniture.routes import of_list
from triptych.web.pages.audiences import views as audiences
from triptych.web.pages.demo import views as demo
from triptych.web.pages.destinations import views as destinations
from triptych.web.pages.divisions import views as divisions
from triptych.web.pages.home import views as home
from triptych.web.pages.identity import views as identity
from triptych.web.pages.live import views as live
from triptych.web.pages.overlap import views as overlap
from triptych.web.pages.palette import views as palette
from triptych.web.pages.panels import views as panels
from triptych.web.pages.partners import views as partners
from triptych.web.pages.people import views as people
from triptych.web.pages.quarantine import views as quarantine
from triptych.web.pages.record import places
from triptych.web.pages.record import views as record
from triptych.web.pages.record.declared import ORGANISATION, PERSON
from triptych.web.pages.relations import views as relations
from triptych.web.pages.relations.lists import INTERACTIONS, ORGANISATIONS, PEOPLE
from triptych.web.pages.segments import views as segments
from triptych.web.pages.sources import views as sources
from triptych.web.pages.system import views as system
from triptych.web.pages.visitors import views as visitors

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("more/", home.more, name="more"),
    path("pulse/", home.pulse_part, name="pulse"),
    path("search/", palette.search, name="search"),
    path("search/palette/", palette.palette, name="palette"),
    path("people/", people.people, name="people"),
    path("people/<slug:profile_id>/", people.portrait, name="portrait"),
    path("people/<slug:profile_id>/earlier/", people.earlier, name="earlier"),
    path("people/<slug:profile_id>/identity/", identity.identity, name="identity"),
    path("people/<slug:profile_id>/identity/separate/", identity.separate, name="separate"),
    path("people/<slug:profile_id>/why/<slug:audience>/", people.why_in, name="why_in"),
    path("people/<slug:profile_id>/traits/<str:name>/", people.trait, name="trait"),
    *of_list(PEOPLE, record=PERSON),
    *of_list(ORGANISATIONS, record=ORGANISATION),
    *of_list(INTERACTIONS),
    path("crm/people/new/", relations.new_person, name="crm_people_new"),
    path("crm/organisations/new/", relations.new_organisation, name="crm_organisations_new"),
    path("crm/people/<uuid:party_id>/", record.person, name="crm_person"),
    path("crm/organisations/<uuid:party_id>/", record.organisation, name="crm_organisation"),
    path("crm/parties/<uuid:party_id>/live/", record.live, name="record_live"),
    path("crm/parties/<uuid:party_id>/earlier/", record.earlier, name="record_earlier"),
    path("crm/parties/<uuid:party_id>/log/", record.log, name="record_log"),
    path("crm/parties/<uuid:party_id>/standing/", record.standing, name="record_standing"),
    path("crm/parties/<uuid:party_id>/points/", record.point, name="record_point"),
    path("crm/parties/<uuid:party_id>/points/remove/", record.point_remove, name="record_point_remove"),
    path("crm/parties/<uuid:party_id>/roles/", record.role, name="record_role"),
    path("crm/parties/<uuid:party_id>/affiliations/", record.affiliation, name="record_affiliation"),
    path("crm/parties/<uuid:party_id>/affiliations/options/", places.options, name="record_affiliation_options"),
    path("crm/steps/<uuid:interaction_id>/done/", record.step, name="record_step"),
    path("cdp/audiences/", audiences.audiences, name="audiences"),
    path("cdp/audiences/new/", audiences.new, name="audience_new"),
    path("cdp/audiences/draft/", audiences.draft, name="audience_draft"),
    path("cdp/audiences/<slug:audience_id>/", audiences.audience, name="audience"),
    path("cdp/audiences/<slug:audience_id>/edit/", audiences.edit, name="audience_edit"),
    path("cdp/audiences/<slug:audience_id>/remove/", audiences.remove, name="audience_remove"),
    path("visitors/", visitors.visitors, name="visitors"),
    path("visitors/<slug:handle>/", visitors.visitor, name="visitor"),
    path("visitors/<slug:handle>/file/", visitors.hand_out, name="visitor_file"),
    path("visitors/<slug:handle>/forget/", visitors.forget, name="visitor_forget"),
    path("segments/", segments.segments, name="segments"),
    path("segments/new/", segments.new, name="segment_new"),
    path("segments/draft/", segments.draft, name="segment_draft"),
    path("segments/<slug:segment_id>/", segments.segment, name="segment"),
    path("segments/<slug:segment_id>/edit/", segments.edit, name="segment_edit"),
    path("segments/<slug:segment_id>/remove/", segments.remove, name="segment_remove"),
    path("overlap/", overlap.overlap, name="overlap"),
    path("partners/", partners.partners, name="partners"),
    path("partners/new/", partners.new, name="partner_new"),
    path("partners/<slug:contract_id>/", partners.partner, name="partner"),
    path("partners/<slug:contract_id>/edit/", partners.edit, name="partner_edit"),
    path("partners/<slug:contract_id>/end/", partners.end, name="partner_end"),
    path("panels/", panels.panels, name="panels"),
    path("panels/<slug:question>/<slug:panel>/", panels.proof, name="panels_proof"),
    path("data/live/", live.live, name="live"),
    path("data/live/rows/", live.rows, name="live_rows"),
    path("data/live/waiting/", live.waiting, name="live_waiting"),
    path("data/live/<int:offset>/", live.event, name="live_event"),
    path("data/sources/", sources.sources, name="sources"),
    path("data/sources/new/", sources.new, name="source_new"),
    path("data/sources/<slug:source_id>/", sources.source, name="source"),
    path("data/sources/<slug:source_id>/change/", sources.change, name="source_change"),
    path("data/sources/<slug:source_id>/rotate/", sources.rotate, name="source_rotate"),
    path("data/sources/<slug:source_id>/plan/", sources.plan, name="source_plan"),
    path("data/quarantine/", quarantine.quarantine, name="quarantine"),
    path("data/quarantine/replay/", quarantine.replay, name="quarantine_replay"),
    path("data/quarantine/<int:offset>/", quarantine.event, name="quarantine_event"),
    path("data/destinations/", destinations.destinations, name="destinations"),
    path("data/destinations/new/", destinations.new, name="destination_new"),
    path("data/destinations/<slug:destination_id>/", destinations.destination, name="destination"),
    path("data/destinations/<slug:destination_id>/change/", destinations.change, name="destination_change"),
    path("demo/", demo.demo, name="demo"),
    path("demo/beside/", demo.beside, name="beside"),
    path("setup/", demo.setup, name="setup"),
    path("settings/divisions/", divisions.divisions, name="divisions"),
    path("settings/divisions/<slug:division_id>/members/", divisions.member, name="division_member"),
    path("settings/system/", system.system, name="system"),
    path("settings/styleguide/", system.styleguide, name="styleguide"),
]
