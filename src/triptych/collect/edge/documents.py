"""The documents that browser and mobile clients fetch before their first event.

Without ``apiHost`` and ``apiKey`` Segment's clients send everything to a third party, and without ``sampleRate: 0`` and
``metrics.host`` their own statistics; without ``source.config`` and ``destinations`` RudderStack's send nothing.
"""

from __future__ import annotations

from typing import Any

from triptych.collect.edge.request import Request
from triptych.collect.model import Source


def api_host(request: Request, public_url: str, prefix: str) -> tuple[str, str]:
    """The scheme, and the host with the path that ends in ``/v1``, which clients should call."""
    if public_url:
        scheme, _, rest = public_url.rstrip("/").partition("://")
        return scheme, f"{rest}/v1"
    return request.scheme, f"{request.host}{prefix}/v1"


def segment_settings(source: Source, scheme: str, host: str) -> dict[str, Any]:
    """Segment's settings document of a source."""
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": source.write_key,
                "apiHost": host,
                "protocol": scheme,
                "unbundledIntegrations": [],
                "addBundledMetadata": True,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {
            "track": {"__default": {"enabled": True, "integrations": {}}},
            "identify": {"__default": {"enabled": True}},
            "group": {"__default": {"enabled": True}},
        },
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0, "host": host},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }


def rudder_source_config(source: Source) -> dict[str, Any]:
    """RudderStack's ``sourceConfig`` of a source."""
    return {
        "source": {
            "id": source.id,
            "name": source.name,
            "writeKey": source.write_key,
            "enabled": source.enabled,
            "workspaceId": "triptych",
            "config": {"statsCollection": {"metrics": {"enabled": False}, "errors": {"enabled": False}}},
            "destinations": [],
            "connections": {},
            "dataplanes": {},
        },
        "consentManagementMetadata": {"providers": []},
    }
