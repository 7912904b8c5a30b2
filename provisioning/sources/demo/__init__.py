"""Contoso, a contact-centre company that does not exist: the directory of `seed_demo`."""
