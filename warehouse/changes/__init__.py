"""Every way to change the warehouse: one module a subject, each change in one transaction with its audit entry."""
