"""Who may do what, who is known, and the audit trail of what they did."""
