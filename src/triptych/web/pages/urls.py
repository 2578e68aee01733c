"""Every page's address. Nothing in an address identifies a person but the profile's own id."""

from django.urls import path

from triptych.web.pages.audiences import views as audiences
from triptych.web.pages.demo import views as demo
from triptych.web.pages.destinations import views as destinations
from triptych.web.pages.home import views as home
from triptych.web.pages.identity import views as identity
from triptych.web.pages.live import views as live
from triptych.web.pages.palette import views as palette
from triptych.web.pages.people import views as people
from triptych.web.pages.quarantine import views as quarantine
from triptych.web.pages.sources import views as sources
from triptych.web.pages.system import views as system

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("more/", home.more, name="more"),
    path("pulse/", home.pulse_part, name="pulse"),
    path("search/palette/", palette.palette, name="palette"),
    path("people/", people.people, name="people"),
    path("people/<slug:profile_id>/", people.portrait, name="portrait"),
    path("people/<slug:profile_id>/earlier/", people.earlier, name="earlier"),
    path("people/<slug:profile_id>/identity/", identity.identity, name="identity"),
    path("people/<slug:profile_id>/identity/separate/", identity.separate, name="separate"),
    path("people/<slug:profile_id>/why/<slug:audience>/", people.why_in, name="why_in"),
    path("people/<slug:profile_id>/traits/<str:name>/", people.trait, name="trait"),
    path("cdp/audiences/", audiences.audiences, name="audiences"),
    path("cdp/audiences/new/", audiences.new, name="audience_new"),
    path("cdp/audiences/draft/", audiences.draft, name="audience_draft"),
    path("cdp/audiences/<slug:audience_id>/", audiences.audience, name="audience"),
    path("cdp/audiences/<slug:audience_id>/edit/", audiences.edit, name="audience_edit"),
    path("cdp/audiences/<slug:audience_id>/remove/", audiences.remove, name="audience_remove"),
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
    path("settings/system/", system.system, name="system"),
    path("settings/styleguide/", system.styleguide, name="styleguide"),
]
