"""Functions on truth, dates, lists, roles: what the reference prints or states of each."""

from __future__ import annotations

from provisioning.tests.core.published.texts import Case

VALUES: dict[str, tuple[Case, ...]] = {
    "AppRoleAssignments": (
        ("AppRoleAssignments([appRoleAssignments])",
         {"appRoleAssignments": [{"value": "Admin"}, {"value": "User"}]}, ["Admin", "User"]),
        ("AppRoleAssignments([r])", {"r": ["agent", "lead", "agent"]}, ["agent", "lead"]),
        ("AppRoleAssignments([r])", {}, None),
    ),
    "AppRoleAssignmentsComplex": (
        ("AppRoleAssignmentsComplex([appRoleAssignments])",
         {"appRoleAssignments": [{"value": "Admin"}, {"value": "User"}]},
         [{"value": "Admin", "primary": False}, {"value": "User", "primary": False}]),
        ("AppRoleAssignmentsComplex([r])",
         {"r": [{"value": "Admin", "displayName": "x"}, {"displayName": "User"}]},
         [{"value": "Admin", "primary": False}, {"value": "User", "primary": False}]),
    ),
    "AssertiveAppRoleAssignmentsComplex": (
        ("AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
         {"appRoleAssignments": [{"value": "User"}]}, [{"value": "User", "primary": False}]),
        ("AssertiveAppRoleAssignmentsComplex([r])",
         {"r": "User"}, [{"value": "User", "primary": False}]),
        ("AssertiveAppRoleAssignmentsComplex([r])",
         {"r": [{"id": "00000000-0000-0000-0000-000000000000", "displayName": "Default Access"}]},
         None),
    ),
    "BitAnd": (
        ("BitAnd(&HF, &HF7)", {}, 7),
        ("BitAnd([userAccountControl], 2)", {"userAccountControl": 512}, 0),
        ("BitAnd([a], 2)", {"a": "514"}, 2),
        ("BitAnd([a], 2)", {}, None),
        ("BitAnd(-1, 5)", {}, 5),
    ),
    "CBool": (
        ("CBool([a] = [b])", {"a": "x", "b": "x"}, True),
        ("CBool([a] = [b])", {"a": "x", "b": "y"}, False),
        ("CBool(2)", {}, True),
        ("CBool(0)", {}, False),
        ('CBool("false")', {}, False),
        ("CBool([id]=7)", {"id": "07"}, True),
        ('CBool([id]="7")', {"id": "07"}, False),
    ),
    "CDate": (
        ('CDate("2021-06-30+08:00")', {}, "6/29/2021 4:00:00 PM"),
        ('CDate("2012-03-16-07:00")', {}, "3/16/2012 7:00:00 AM"),
    ),
    "Coalesce": (
        ("Coalesce([mail], [userPrincipalName])",
         {"userPrincipalName": "John.Doe@contoso.com"}, "John.Doe@contoso.com"),
        ('Coalesce([mail], [userPrincipalName], "none")', {}, "none"),
        ("Coalesce([mail], [userPrincipalName])",
         {"mail": "j@x", "userPrincipalName": "u@x"}, "j@x"),
        ('Coalesce([a], "", "b")', {"a": []}, ""),
        ("Coalesce([a], [b])", {}, None),
    ),
    "Count": (
        ("Count([proxyAddresses])", {"proxyAddresses": ["smtp:a@x", "smtp:b@x"]}, 2),
        ("Count([proxyAddresses])", {}, 0),
        ("Count([mail])", {"mail": "a@x"}, 1),
    ),
    "DateAdd": (
        ('DateAdd("m", 10, CDate("2012-03-16-07:00"))', {}, "1/16/2013 7:00:00 AM"),
        ('DateAdd("ww", 2, CDate("2012-03-16-07:00"))', {}, "3/30/2012 7:00:00 AM"),
        ('DateAdd("yyyy", -1, CDate("2012-03-16-07:00"))', {}, "3/16/2011 7:00:00 AM"),
        ('DateAdd("d", 1, CDate("2012-02-28"))', {}, "2/29/2012 12:00:00 AM"),
        ('DateAdd("h", -7, CDate("2012-03-16-07:00"))', {}, "3/16/2012 12:00:00 AM"),
        ('DateAdd("n", 90, CDate("2012-03-16"))', {}, "3/16/2012 1:30:00 AM"),
        ('DateAdd("s", 61, CDate("2012-03-16"))', {}, "3/16/2012 12:01:01 AM"),
        ('DateAdd("m", 1, CDate("2021-01-31"))', {}, "2/28/2021 12:00:00 AM"),
    ),
    "DateDiff": (
        ('DateDiff("d", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))', {}, -3449),
        ('DateDiff("ww", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))', {}, -493),
        ('DateDiff("m", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))', {}, -113),
        ('DateDiff("yyyy", CDate("8/25/2021 5:41:18 PM"), CDate("2012-03-16-07:00"))', {}, -9),
        ('DateDiff("h", CDate("2021-08-24"), CDate("2021-08-25"))', {}, 24),
    ),
    "DateFromNum": (
        ("DateFromNum(129699324000000000)", {}, "1/1/2012 11:00:00 PM"),
        ("DateFromNum([accountExpires])",
         {"accountExpires": "129699324000000000"}, "1/1/2012 11:00:00 PM"),
        ("DateFromNum(0)", {}, "1/1/1601 12:00:00 AM"),
    ),
    "DefaultDomain": (
        ("DefaultDomain()", {}, "contoso.com"),
        ('Append("john@", DefaultDomain())', {}, "john@contoso.com"),
    ),
    "FormatDateTime": (
        ('FormatDateTime([ext1], , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")',
         {"ext1": "20150123105347.1Z"}, "2015-01-23"),
        ('FormatDateTime([ext1], "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")',
         {"ext1": "20150123105347.1Z"}, "2015-01-23"),
        ('FormatDateTime([ext1], , "yyyy-MM-dd", "dd MMMM yyyy")',
         {"ext1": " 2015-01-23 "}, "23 January 2015"),
        ('FormatDateTime([ext1], , "yyyy-MM-dd", "ddd, d.M.yy")',
         {"ext1": "2015-01-03"}, "Sat, 3.1.15"),
        ('FormatDateTime([ext1], , "yyyy-MM-dd HH:mm", "h:mm tt")',
         {"ext1": "2015-01-03 00:05"}, "12:05 AM"),
        ('FormatDateTime([ext1], , "yyyy-MM-dd", "yyyyMMdd")', {}, None),
    ),
    "IgnoreFlowIfNullOrEmpty": (
        ("IgnoreFlowIfNullOrEmpty([department])", {"department": "Sales"}, "Sales"),
        ("IgnoreFlowIfNullOrEmpty([department])", {}, None),
        ("IgnoreFlowIfNullOrEmpty([department])", {"department": ""}, None),
    ),
    "IIF": (
        ('IIF([country]="USA", [country], [department])',
         {"country": "USA", "department": "Sales"}, "USA"),
        ('IIF([country]="USA", [country], [department])',
         {"country": "FR", "department": "Sales"}, "Sales"),
        ('IIF([country]="USA", "in", "out")', {}, "out"),
        ('IIF([country]<>"USA", "out", "in")', {}, "out"),
        ('IIF([country]="", "none", "some")', {}, "none"),
        ('IIF(IsNullOrEmpty([country]), "none", "some")', {}, "none"),
        ('IIF(IsPresent([country]), "some", "none")', {"country": "FR"}, "some"),
        ('IIF([level]>=10, "high", "low")', {"level": "9"}, "low"),
        ('IIF([level]>"9", "high", "low")', {"level": "10"}, "high"),
        ('IIF([level]<10, "low", "unknown")', {}, "unknown"),
        ('IIF([since]<="2020-01-01", "old", "new")', {"since": "2019-12-31"}, "old"),
        ('IIF([accountEnabled], "on", "off")', {"accountEnabled": "false"}, "off"),
        ('IIF(IIF([a]="x", CBool([b]="y"), "False"), 1, 0)', {"a": "x", "b": "y"}, 1),
    ),
    "IsNothing": (
        ("IsNothing([displayName])", {}, True),
        ("IsNothing([displayName])", {"displayName": ""}, False),
    ),
    "IsNull": (
        ("IsNull([displayName])", {}, True),
        ("IsNull([displayName])", {"displayName": ""}, False),
        ("IsNull([displayName])", {"displayName": "Ana"}, False),
    ),
    "IsNullOrEmpty": (
        ("IsNullOrEmpty([displayName])", {"displayName": ""}, True),
        ("IsNullOrEmpty([displayName])", {}, True),
        ("IsNullOrEmpty([displayName])", {"displayName": "Ana"}, False),
    ),
    "IsPresent": (
        ("IsPresent([displayName])", {"displayName": "Ana"}, True),
        ("IsPresent([displayName])", {}, False),
        ('IsPresent("")', {}, False),
    ),
    "IsString": (
        ("IsString([displayName])", {"displayName": "Ana"}, True),
        ("IsString([displayName])", {}, False),
        ("IsString([x])", {"x": 7}, True),
        ("IsString([x])", {"x": ["a"]}, False),
    ),
    "Item": (
        ("Item([proxyAddresses], 1)", {"proxyAddresses": ["smtp:a@x", "smtp:b@x"]}, "smtp:a@x"),
        ("Item([proxyAddresses], 2)", {"proxyAddresses": ["smtp:a@x", "smtp:b@x"]}, "smtp:b@x"),
        ("Item([proxyAddresses], 3)", {"proxyAddresses": ["smtp:a@x", "smtp:b@x"]}, None),
        ("Item([x], 1)", {"x": "one"}, "one"),
    ),
    "Not": (
        ('Not("True")', {}, False),
        ('Not("anything")', {}, True),
        ('Not("False")', {}, True),
        ("Not([x])", {}, True),
        ("Not([x])", {"x": True}, False),
        ("Not([x])", {"x": 1}, True),
    ),
    "Now": (
        ("Now()", {}, "7/2/2021 3:33:38 PM"),
    ),
    "NumFromDate": (
        ('NumFromDate("2020-12-31 23:59:59-08:00")', {}, 132539615990000000),
        ('NumFromDate("1601-01-01")', {}, 0),
        ("NumFromDate([end])", {}, None),
    ),
    "Redact": (
        ("Redact([userPrincipalName])",
         {"userPrincipalName": "John.Doe@contoso.com"}, "John.Doe@contoso.com"),
        ("Redact([a])", {"a": ["x"]}, ["x"]),
    ),
    "RemoveDuplicates": (
        ("RemoveDuplicates([proxyAddresses])",
         {"proxyAddresses": ["smtp:a@x", "smtp:a@x", "smtp:b@x"]}, ["smtp:a@x", "smtp:b@x"]),
        ("RemoveDuplicates([proxyAddresses])", {"proxyAddresses": ["b", "B", "b"]}, ["b", "B"]),
        ("RemoveDuplicates([proxyAddresses])", {}, None),
    ),
    "SelectUniqueValue": (
        ('SelectUniqueValue(Join("@", NormalizeDiacritics(StripSpaces('
         'Join(".", [givenName], [surname]))), "contoso.com"), '
         'Join("@", NormalizeDiacritics(StripSpaces(Join(".", '
         'Mid([givenName], 1, 1), [surname]))), "contoso.com"))',
         {"givenName": "John", "surname": "Smith"}, "J.Smith@contoso.com"),
        ('SelectUniqueValue(Join("@", NormalizeDiacritics(StripSpaces('
         'Join(".", [givenName], [surname]))), "contoso.com"), '
         'Join("@", NormalizeDiacritics(StripSpaces(Join(".", '
         'Mid([givenName], 1, 1), [surname]))), "contoso.com"))',
         {"givenName": "Jane", "surname": "Smith"}, "Jane.Smith@contoso.com"),
    ),
    "SingleAppRoleAssignment": (
        ("SingleAppRoleAssignment([appRoleAssignments])",
         {"appRoleAssignments": [{"value": "Agent", "displayName": "Contact agent"}]}, "Agent"),
        ("SingleAppRoleAssignment([r])", {"r": [{"value": "", "displayName": "Lead"}]}, "Lead"),
        ("SingleAppRoleAssignment([r])", {"r": ["agent", "lead"]}, "agent"),
        ("SingleAppRoleAssignment([r])", {}, None),
        ("SingleAppRoleAssignment([r])",
         {"r": [{"id": "00000000-0000-0000-0000-000000000000", "displayName": "Default Access"}]},
         None),
    ),
    "Switch": (
        ('Switch([state], "Australia/Sydney", "QLD", "Australia/Brisbane")',
         {"state": "QLD"}, "Australia/Brisbane"),
        ('Switch([state], "Australia/Sydney", "QLD", "Australia/Brisbane")',
         {"state": "VIC"}, "Australia/Sydney"),
        ('Switch([state], "none", "", "missing")', {}, "missing"),
        ('Switch([state], "none", "qld", "x")', {"state": "QLD"}, "none"),
        ('Switch([IsSoftDeleted], , "False", "True", "True", "False")',
         {"IsSoftDeleted": True}, "False"),
        ('Switch(IsPresent([mail]), "no", "True", "yes")', {"mail": "a"}, "yes"),
    ),
}  # fmt: skip
