"""Triptych: a CRM, a CDP and a DMP on one hinge, three panels that show one portrait."""

__version__ = "0.1.0"
