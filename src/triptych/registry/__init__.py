"""What people define: sources, keys, plans, purposes, audiences, destinations, guards; published as frozen values.

May keep records that people edit, and write them to ``published/``. May not read an event, a person or a store of the
river; may not put a secret into a record, a published file or the audit log.
"""
