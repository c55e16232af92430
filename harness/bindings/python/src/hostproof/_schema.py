"""Made from the JSON Schemas by go generate ./harness/contract."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union

__all__ = [
    "Asked",
    "Attempt",
    "Exchange",
    "Explanation",
    "Fault",
    "FileAccess",
    "Finding",
    "Issue",
    "Lookup",
    "Met",
    "NameFailure",
    "Offer",
    "Opaque",
    "Part",
    "Presented",
    "Principal",
    "Probe",
    "Project",
    "Provenance",
    "Refusal",
    "Result",
    "Row",
    "TLSFailure",
    "Trace",
    "UnstruckFault",
    "Variable",
    "Verdict",
    "Visit",
    "WebIdentity",
]

_AskedRequired = TypedDict(
    "_AskedRequired",
    {
        "answers": List[str],
        "count": int,
        "seen": bool,
        "versions": List[str],
    },
    total=True,
)
_AskedOptional = TypedDict(
    "_AskedOptional",
    {
        "first": str,
        "last": str,
    },
    total=False,
)


class Asked(_AskedRequired, _AskedOptional):
    """Asked is what was seen of a subject asking for credentials."""


_AttemptRequired = TypedDict(
    "_AttemptRequired",
    {
        "count": int,
        "network": str,
        "time": str,
    },
    total=True,
)
_AttemptOptional = TypedDict(
    "_AttemptOptional",
    {
        "addr": str,
        "name": str,
        "port": int,
    },
    total=False,
)


class Attempt(_AttemptRequired, _AttemptOptional):
    """Attempt is something the subject tried to reach and could not."""


_ExplanationRequired = TypedDict(
    "_ExplanationRequired",
    {
        "canonicalRequest": str,
        "stringToSign": str,
    },
    total=True,
)
_ExplanationOptional = TypedDict(
    "_ExplanationOptional",
    {
        "line": int,
        "mistake": str,
        "name": str,
        "ours": str,
        "theirs": str,
    },
    total=False,
)


class Explanation(_ExplanationRequired, _ExplanationOptional):
    """Explanation shows a signature mismatch: what the mock signed, and where the client probably differed. Tokens in it are redacted."""


_FaultRequired = TypedDict(
    "_FaultRequired",
    {
        "kind": str,
        "times": int,
    },
    total=True,
)
_FaultOptional = TypedDict(
    "_FaultOptional",
    {
        "call": str,
        "code": str,
        "delayNs": int,
        "method": str,
        "name": str,
        "path": str,
        "status": int,
    },
    total=False,
)


class Fault(_FaultRequired, _FaultOptional):
    """Fault is a misbehaviour of the next requests that match. Make one with a constructor such as Throttle, and say with On, At or Of which requests."""


_OpaqueRequired = TypedDict(
    "_OpaqueRequired",
    {
        "fingerprint": str,
        "length": int,
        "prefix": str,
    },
    total=True,
)


class Opaque(_OpaqueRequired):
    """Opaque describes a secret string without showing it."""


_PrincipalRequired = TypedDict(
    "_PrincipalRequired",
    {
        "kind": str,
        "text": str,
    },
    total=True,
)
_PrincipalOptional = TypedDict(
    "_PrincipalOptional",
    {
        "account": str,
        "arn": str,
        "name": str,
        "session": str,
    },
    total=False,
)


class Principal(_PrincipalRequired, _PrincipalOptional):
    """Principal is who is behind credentials."""


_WebIdentityRequired = TypedDict(
    "_WebIdentityRequired",
    {
        "account": str,
        "audience": List[str],
        "issuer": str,
        "provider": str,
        "subject": str,
    },
    total=True,
)


class WebIdentity(_WebIdentityRequired):
    """WebIdentity is whom a verified OpenID Connect token stands for."""


_PresentedRequired = TypedDict(
    "_PresentedRequired",
    {
        "scheme": str,
        "signedHeaders": List[str],
    },
    total=True,
)
_PresentedOptional = TypedDict(
    "_PresentedOptional",
    {
        "bearer": Opaque,
        "identityToken": Opaque,
        "keyId": str,
        "keyOwner": Principal,
        "notKeyId": Opaque,
        "scopeDate": str,
        "scopeRegion": str,
        "scopeService": str,
        "secretOf": str,
        "token": Opaque,
        "tokenKeyId": str,
        "tokenOwner": Principal,
        "webIdentity": WebIdentity,
    },
    total=False,
)


class Presented(_PresentedRequired, _PresentedOptional):
    """Presented describes the credentials as the request carried them."""


_RefusalRequired = TypedDict(
    "_RefusalRequired",
    {
        "reason": str,
        "stage": str,
    },
    total=True,
)
_RefusalOptional = TypedDict(
    "_RefusalOptional",
    {
        "cause": Dict[str, Any],
        "detail": str,
    },
    total=False,
)


class Refusal(_RefusalRequired, _RefusalOptional):
    """Refusal says at which stage and for which reason a request was refused."""


_VerdictRequired = TypedDict(
    "_VerdictRequired",
    {
        "accepted": bool,
    },
    total=True,
)
_VerdictOptional = TypedDict(
    "_VerdictOptional",
    {
        "principal": Principal,
        "refusal": Refusal,
    },
    total=False,
)


class Verdict(_VerdictRequired, _VerdictOptional):
    """Verdict is what was decided about one request."""


_ExchangeRequired = TypedDict(
    "_ExchangeRequired",
    {
        "able": List[str],
        "bodySize": int,
        "call": str,
        "durationNs": int,
        "host": str,
        "method": str,
        "path": str,
        "presented": Presented,
        "proto": str,
        "requestId": str,
        "responseSize": int,
        "seq": int,
        "status": int,
        "time": str,
        "verdict": Verdict,
    },
    total=True,
)
_ExchangeOptional = TypedDict(
    "_ExchangeOptional",
    {
        "aborted": str,
        "action": str,
        "bodySha256": str,
        "canonical": str,
        "code": str,
        "confidence": Literal["verified", "likely", "unverified"],
        "explanation": Explanation,
        "fault": Fault,
        "header": Dict[str, List[str]],
        "issued": str,
        "issuedUntil": str,
        "message": str,
        "operation": str,
        "query": str,
        "region": str,
        "remoteAddr": str,
        "resource": str,
        "service": str,
        "source": str,
        "tls": bool,
    },
    total=False,
)


class Exchange(_ExchangeRequired, _ExchangeOptional):
    """Exchange is one request and its response as the mock saw them. It holds no secret: tokens and keys are described by length, prefix and fingerprint."""


_FileAccessRequired = TypedDict(
    "_FileAccessRequired",
    {
        "count": int,
        "declared": str,
        "path": str,
        "seen": bool,
    },
    total=True,
)
_FileAccessOptional = TypedDict(
    "_FileAccessOptional",
    {
        "first": str,
        "last": str,
        "program": bool,
    },
    total=False,
)


class FileAccess(_FileAccessRequired, _FileAccessOptional):
    """FileAccess says of a file of the host whether the subject opened it. Opens are seen by inotify, which takes no privilege; a path that is looked for and not there is not seen by it."""


_FindingRequired = TypedDict(
    "_FindingRequired",
    {
        "also": List[int],
        "change": str,
        "kind": str,
        "variables": List[str],
        "what": str,
    },
    total=True,
)
_FindingOptional = TypedDict(
    "_FindingOptional",
    {
        "confidence": Literal["verified", "likely", "unverified"],
        "hazard": bool,
        "library": str,
        "seq": int,
        "source": str,
        "why": str,
    },
    total=False,
)


class Finding(_FindingRequired, _FindingOptional):
    """Finding is one thing that is wrong, or will be."""


_IssueRequired = TypedDict(
    "_IssueRequired",
    {
        "keyId": str,
        "late": List[int],
        "superseded": List[int],
        "used": List[int],
    },
    total=True,
)
_IssueOptional = TypedDict(
    "_IssueOptional",
    {
        "count": int,
        "end": str,
        "first": str,
        "last": str,
    },
    total=False,
)


class Issue(_IssueRequired, _IssueOptional):
    """Issue is one set of credentials that a place has handed out."""


_LookupRequired = TypedDict(
    "_LookupRequired",
    {
        "endpoint": str,
        "host": str,
        "method": str,
        "path": str,
        "status": int,
        "time": str,
    },
    total=True,
)
_LookupOptional = TypedDict(
    "_LookupOptional",
    {
        "behaviour": str,
        "confidence": Literal["verified", "likely", "unverified"],
        "fault": str,
        "keyId": str,
        "note": str,
        "version": str,
    },
    total=False,
)


class Lookup(_LookupRequired, _LookupOptional):
    """Lookup is one request to an endpoint and what became of it. It never holds a secret: of credentials, it names the key id."""


_MetRequired = TypedDict(
    "_MetRequired",
    {
        "bound": str,
        "text": str,
    },
    total=True,
)
_MetOptional = TypedDict(
    "_MetOptional",
    {
        "ended": bool,
    },
    total=False,
)


class Met(_MetRequired, _MetOptional):
    """Met is a bound that was met."""


_NameFailureRequired = TypedDict(
    "_NameFailureRequired",
    {
        "fault": Fault,
        "name": str,
        "time": str,
    },
    total=True,
)


class NameFailure(_NameFailureRequired):
    """NameFailure is the lookup of a name that failed on purpose."""


_OfferRequired = TypedDict(
    "_OfferRequired",
    {
        "addresses": List[str],
        "files": List[str],
        "headers": List[str],
        "kind": str,
        "name": str,
        "variables": List[str],
    },
    total=True,
)
_OfferOptional = TypedDict(
    "_OfferOptional",
    {
        "ended": bool,
        "endpoint": str,
        "issuer": str,
        "machine": bool,
        "platform": bool,
        "program": bool,
        "role": str,
        "session": str,
        "user": bool,
    },
    total=False,
)


class Offer(_OfferRequired, _OfferOptional):
    """Offer is a place on a host that hands out credentials, or a token to get some for. It is derived from what the fixture declares."""


_PartRequired = TypedDict(
    "_PartRequired",
    {
        "variables": List[str],
    },
    total=True,
)
_PartOptional = TypedDict(
    "_PartOptional",
    {
        "alike": bool,
        "derived": str,
        "endpoint": str,
        "file": str,
        "header": str,
        "owner": Principal,
        "setBy": str,
        "shown": str,
    },
    total=False,
)


class Part(_PartRequired, _PartOptional):
    """Part is one part of a request's credentials."""


_ProbeRequired = TypedDict(
    "_ProbeRequired",
    {
        "method": str,
        "path": str,
        "target": str,
        "time": str,
    },
    total=True,
)


class Probe(_ProbeRequired):
    """Probe is an attempt of a subject to get credentials where its host has none."""


_ProjectOptional = TypedDict(
    "_ProjectOptional",
    {
        "account": str,
        "allow": List[str],
        "atInit": bool,
        "baked": bool,
        "bearerAs": str,
        "buckets": List[str],
        "clock": str,
        "deny": List[str],
        "faults": List[str],
        "isolation": Literal["auto", "sandbox", "endpoint", "container"],
        "issuers": Dict[str, Dict[str, Any]],
        "keyAs": List[str],
        "lifetime": Dict[str, str],
        "maxDisk": Any,
        "maxMemory": Any,
        "maxOutput": Any,
        "maxProcesses": int,
        "mock": str,
        "pass": List[str],
        "read": List[str],
        "region": str,
        "roleAllow": Dict[str, List[str]],
        "roles": Dict[str, Union[List[str], Dict[str, Any]]],
        "seeds": List[Dict[str, Any]],
        "set": Dict[str, str],
        "subjectClock": str,
        "timeout": str,
        "tokenSize": int,
        "unset": List[str],
        "users": List[Dict[str, Any]],
        "withoutRole": List[str],
        "write": List[str],
    },
    total=False,
)


class Project(_ProjectOptional):
    """Project"""


_ProvenanceRequired = TypedDict(
    "_ProvenanceRequired",
    {
        "confidence": Literal["verified", "likely", "unverified"],
        "from": str,
        "source": str,
    },
    total=True,
)
_ProvenanceOptional = TypedDict(
    "_ProvenanceOptional",
    {
        "because": str,
        "checked": str,
        "entered": str,
        "note": str,
        "reviewBy": str,
    },
    total=False,
)


class Provenance(_ProvenanceRequired, _ProvenanceOptional):
    """Provenance says how a fact is known, and until when that is good enough."""


_RowRequired = TypedDict(
    "_RowRequired",
    {
        "asked": Asked,
        "issued": List[Issue],
        "offer": Offer,
        "there": bool,
        "tokenOnly": List[int],
        "used": List[int],
    },
    total=True,
)
_RowOptional = TypedDict(
    "_RowOptional",
    {
        "principal": Principal,
        "sort": str,
    },
    total=False,
)


class Row(_RowRequired, _RowOptional):
    """Row says of one place that hands out credentials whether the subject asked for it, with which answers, and which calls used what it gave."""


_TLSFailureRequired = TypedDict(
    "_TLSFailureRequired",
    {
        "count": int,
        "name": str,
        "problem": str,
    },
    total=True,
)


class TLSFailure(_TLSFailureRequired):
    """TLSFailure is a TLS connection that came to nothing, most often because the subject does not trust the run's CA."""


_TraceRequired = TypedDict(
    "_TraceRequired",
    {
        "bearer": Part,
        "endpoint": Part,
        "identityToken": Part,
        "keyId": Part,
        "region": Part,
        "secret": Part,
        "seq": int,
        "token": Part,
    },
    total=True,
)


class Trace(_TraceRequired):
    """Trace says which Source each part of one request's credentials came from."""


_UnstruckFaultRequired = TypedDict(
    "_UnstruckFaultRequired",
    {
        "kind": str,
        "struck": int,
        "times": int,
    },
    total=True,
)
_UnstruckFaultOptional = TypedDict(
    "_UnstruckFaultOptional",
    {
        "call": str,
        "code": str,
        "delayNs": int,
        "endpoint": str,
        "method": str,
        "name": str,
        "path": str,
        "status": int,
    },
    total=False,
)


class UnstruckFault(_UnstruckFaultRequired, _UnstruckFaultOptional):
    """UnstruckFault is a fault that was planned and has not struck: whatever a run shows, it does not show how that fault ended."""


_VariableRequired = TypedDict(
    "_VariableRequired",
    {
        "name": str,
        "setBy": str,
    },
    total=True,
)
_VariableOptional = TypedDict(
    "_VariableOptional",
    {
        "overrides": str,
        "provenance": Provenance,
    },
    total=False,
)


class Variable(_VariableRequired, _VariableOptional):
    """Variable is one environment variable of a subject."""


_VisitRequired = TypedDict(
    "_VisitRequired",
    {
        "calls": List[int],
        "durationNs": int,
        "method": str,
        "path": str,
        "status": int,
        "time": str,
    },
    total=True,
)
_VisitOptional = TypedDict(
    "_VisitOptional",
    {
        "answer": str,
        "problem": str,
    },
    total=False,
)


class Visit(_VisitRequired, _VisitOptional):
    """Visit is one request to a served subject, and what it answered."""


_ResultRequired = TypedDict(
    "_ResultRequired",
    {
        "durationNs": int,
        "environment": List[Variable],
        "exchanges": List[Exchange],
        "exitCode": int,
        "files": List[FileAccess],
        "hazards": List[Finding],
        "headline": str,
        "hidden": List[str],
        "host": str,
        "isolation": str,
        "ledger": List[Row],
        "limits": List[str],
        "listening": List[int],
        "lookups": List[Lookup],
        "met": List[Met],
        "mock": str,
        "nameFailures": List[NameFailure],
        "ok": bool,
        "probes": List[Probe],
        "problems": List[Finding],
        "refused": List[Attempt],
        "stderr": str,
        "stdout": str,
        "subject": str,
        "text": str,
        "tlsFailures": List[TLSFailure],
        "traces": List[Trace],
        "unstruck": List[UnstruckFault],
        "version": Literal[1],
        "visits": List[Visit],
    },
    total=True,
)
_ResultOptional = TypedDict(
    "_ResultOptional",
    {
        "blind": str,
        "interrupted": str,
        "port": int,
        "signal": str,
        "stopped": bool,
        "timedOut": bool,
        "unrecorded": int,
        "why": str,
    },
    total=False,
)


class Result(_ResultRequired, _ResultOptional):
    """Result is what became of one run of a program on a host."""

