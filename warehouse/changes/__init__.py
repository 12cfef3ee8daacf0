"""Every change to the warehouse, one module a subject.

Each change is one transaction with its entry in the audit trail.
"""
