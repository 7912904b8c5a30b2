"""LDAP, Active Directory, OpenLDAP and 389 Directory Server as a source (directory-sources 3)."""
