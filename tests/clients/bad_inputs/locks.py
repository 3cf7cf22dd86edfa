"""Object lock: what is locked stays, and what locks must be right (rows 85, 95, 102)."""

from harness.checksums import md5_base64

from .arenas import FAR_AWAY
from .table import case

BYPASS = ("x-amz-bypass-governance-retention", "true")
MODE, UNTIL, HOLD = (
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold",
)
PAST, SOON = "2001-01-01T00:00:00Z", "2050-01-01T00:00:00Z"


def of_version(arena, key, *more):
    """The query of one locked version."""
    return [*more, ("versionId", arena.ids[key])]


def retention(mode, until):
    """The document of a retention."""
    return f"<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>".encode()


def proved(arena, key, headers, body=b"new bytes"):
    """A PUT with Content-MD5, as locks want it."""
    return arena.signed_put(key, body=body, headers=[("Content-MD5", md5_base64(body)), *headers])


@case(95, 403, "AccessDenied", each=["governed", "compliant", "held"], arena="locked")
def removal_of_a_locked_version(arena, key):
    return arena.signed("DELETE", key, query=of_version(arena, key))


@case(95, 403, "AccessDenied", each=["compliant", "held"], arena="locked")
def removal_that_bypasses_what_nobody_may(arena, key):
    return arena.signed("DELETE", key, query=of_version(arena, key), headers=[BYPASS])


@case(95, 403, "AccessDenied", each=["governed", "compliant"], arena="locked")
def retention_made_shorter(arena, key):
    mode = {"governed": "GOVERNANCE", "compliant": "COMPLIANCE"}[key]
    return arena.signed_put(key, query=of_version(arena, key, ("retention", None)), body=retention(mode, SOON))


@case(95, 403, "AccessDenied", arena="locked")
def compliance_made_governance(arena):
    query = of_version(arena, "compliant", ("retention", None))
    return arena.signed_put("compliant", query=query, headers=[BYPASS], body=retention("GOVERNANCE", FAR_AWAY))


@case(95, 403, "AccessDenied", each=["governed", "compliant"], arena="locked")
def retention_taken_away(arena, key):
    query = of_version(arena, key, ("retention", None))
    return arena.signed_put(key, query=query, body=b"<Retention/>")


@case(95, 400, "InvalidArgument", each={"past": ("GOVERNANCE", PAST), "no date": ("GOVERNANCE", "soon")}, arena="locked")
def put_to_be_kept_until_no_future_date(arena, lock):
    mode, until = lock
    return proved(arena, "new", [(MODE, mode), (UNTIL, until)])


@case(95, 400, "InvalidArgument", each=["governance", "NONSENSE"], arena="locked")
def put_with_an_unknown_mode(arena, mode):
    return proved(arena, "new", [(MODE, mode), (UNTIL, FAR_AWAY)])


@case(95, 400, "InvalidArgument", each={"mode": (MODE, "GOVERNANCE"), "date": (UNTIL, FAR_AWAY)}, arena="locked")
def put_with_half_a_retention(arena, header):
    return proved(arena, "new", [header])


@case(95, 400, "InvalidArgument", each=["on", "MAYBE"], arena="locked")
def put_with_an_unknown_hold(arena, text):
    return proved(arena, "new", [(HOLD, text)])


@case(95, 400, "InvalidArgument", arena="locked")
def retention_until_a_past_date(arena):
    query = of_version(arena, "held", ("retention", None))
    return arena.signed_put("held", query=query, body=retention("GOVERNANCE", PAST))


@case(95, 400, "MalformedXML", each=["NONSENSE", ""], arena="locked")
def retention_in_an_unknown_mode(arena, mode):
    query = of_version(arena, "held", ("retention", None))
    return arena.signed_put("held", query=query, body=retention(mode, FAR_AWAY))


@case(95, 400, "MalformedXML", arena="locked")
def hold_that_is_neither_on_nor_off(arena):
    query = of_version(arena, "governed", ("legal-hold", None))
    return arena.signed_put("governed", query=query, body=b"<LegalHold><Status>MAYBE</Status></LegalHold>")


LOCKING = {
    "retention": ("retention", retention("GOVERNANCE", FAR_AWAY)),
    "legal-hold": ("legal-hold", b"<LegalHold><Status>ON</Status></LegalHold>"),
}


@case(95, 400, "InvalidRequest", each=LOCKING)
def lock_in_a_bucket_without_locks(arena, lock):
    name, body = lock
    return arena.signed_put(query=[(name, None)], body=body)


@case(95, 400, "InvalidRequest", each={"retention": [(MODE, "GOVERNANCE"), (UNTIL, FAR_AWAY)], "hold": [(HOLD, "ON")]})
def put_with_a_lock_in_a_bucket_without_locks(arena, headers):
    return proved(arena, "object", headers)


@case(102, 400, "InvalidRequest", each={"retention": [(MODE, "GOVERNANCE"), (UNTIL, FAR_AWAY)], "hold": [(HOLD, "ON")]}, arena="locked")
def put_with_a_lock_that_nothing_proves(arena, headers):
    return arena.signed_put("new", headers=headers)


@case(102, 400, "InvalidRequest", arena="locked")
def put_into_a_default_retention_that_nothing_proves(arena):
    return arena.sign(arena.request("PUT", path=f"/{arena.other}/new", body=b"new bytes"))


def lock_configuration(arena, inside):
    """A signed PutObjectLockConfiguration with a default retention."""
    rule = f"<Rule><DefaultRetention>{inside}</DefaultRetention></Rule>"
    body = f"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>{rule}</ObjectLockConfiguration>"
    return arena.signed("PUT", None, query=[("object-lock", None)], body=body.encode())


MODED = "<Mode>GOVERNANCE</Mode>"


@case(85, 400, "InvalidRetentionPeriod", each=["<Days>0</Days>", "<Days>-1</Days>", "<Years>0</Years>"], arena="locked")
def default_retention_of_no_time(arena, period):
    return lock_configuration(arena, MODED + period)


@case(85, 400, "InvalidArgument", each=["<Days>36501</Days>", "<Years>101</Years>", f"<Days>{'9' * 30}</Days>"], arena="locked")
def default_retention_without_an_end(arena, period):
    return lock_configuration(arena, MODED + period)


CONFLICTS = {
    "both": MODED + "<Days>1</Days><Years>1</Years>",
    "neither": MODED,
    "text": MODED + "<Days>one</Days>",
    "no mode": "<Days>1</Days>",
    "unknown mode": "<Mode>NONSENSE</Mode><Days>1</Days>",
}


@case(85, 400, "MalformedXML", each=CONFLICTS, arena="locked")
def default_retention_in_a_bad_document(arena, inside):
    return lock_configuration(arena, inside)


@case(85, 409, "InvalidBucketState")
def locks_for_a_bucket_without_versions(arena):
    return lock_configuration(arena, MODED + "<Days>1</Days>")


@case(85, 409, "InvalidBucketState", arena="locked")
def suspension_of_versions_that_locks_need(arena):
    body = b"<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
    return arena.signed("PUT", None, query=[("versioning", None)], body=body)
