"""Targets, the method, people and roles, the audit trail."""
