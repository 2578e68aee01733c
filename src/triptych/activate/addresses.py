"""Which addresses a request may go to: the public internet, and nothing that merely looks like it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# The IANA registries of special-purpose addresses, and multicast. `is_global` of the standard library is no filter:
# it takes multicast, NAT64 and 6to4 for public.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_METADATA_4 = IPv4Address("100.100.100.200")
# Global unicast is 2000::/3. What lies outside (mapped, translated, site-local, link-local, multicast) is refused.
_PUBLIC_6 = IPv6Network("2000::/3")
_METADATA_6 = IPv6Network("fd00:ec2::/32")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID, benchmarking and other protocol assignments
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries an IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


def is_metadata(address: Address) -> bool:
    """Whether an address is one at which clouds hand a machine its own credentials: link-local ones, above all.

    >>> is_metadata(IPv4Address("169.254.169.254")), is_metadata(IPv4Address("192.168.1.20"))
    (True, False)
    """
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is None:
            return address.is_link_local or address in _METADATA_6
        address = mapped
    return address.is_link_local or address == _METADATA_4


def is_public(address: Address) -> bool:
    """Whether an address lies on the public internet.

    >>> is_public(IPv4Address("1.1.1.1")), is_public(IPv6Address("64:ff9b::a9fe:a9fe"))
    (True, False)
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)
