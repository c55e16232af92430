package iam

import (
	"strconv"
	"strings"
	"time"
)

// request is what policies are evaluated against.
type request struct {
	action          string
	lowerAction     string
	resource        string
	resourceAccount string
	principal       *Principal
	identity        *identity // nil for root, a service, an anonymous caller
	session         *session  // nil for a long-term key
	now             time.Time
	given           map[string][]string // as the caller of Authorize wrote the keys
	context         map[string][]string // the same by lower-case key, once a condition asks
	keyID           string
}

func newRequest(action, resource string, p *Principal, context map[string][]string, now time.Time) *request {
	r := &request{
		action: action, lowerAction: strings.ToLower(action), resource: resource,
		principal: p, now: now, given: context,
	}
	if r.resource == "" {
		r.resource = "*"
	}
	return r
}

// lowered is the context by lower-case keys. It is built when a policy
// first asks for it: most have no condition.
func (r *request) lowered() map[string][]string {
	if r.context == nil {
		r.context = make(map[string][]string, len(r.given))
		for k, v := range r.given {
			r.context[strings.ToLower(k)] = v
		}
	}
	return r.context
}

// value is what the request has for a condition key in lower case. What the
// caller of Authorize gave wins over what is known of the principal.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (r *request) value(key string) ([]string, bool) {
	if v, ok := r.lowered()[key]; ok {
		return v, true
	}
	if tag, ok := strings.CutPrefix(key, "aws:principaltag/"); ok {
		return one(r.principalTag(tag))
	}
	if f, ok := globalKeys[key]; ok {
		return one(f(r))
	}
	if r.session != nil {
		if v, ok := r.session.context[key]; ok {
			return v, true
		}
	}
	return nil, false
}

func one(v string, ok bool) ([]string, bool) {
	if !ok {
		return nil, false
	}
	return []string{v}, true
}

func (r *request) principalTag(key string) (string, bool) {
	if r.session != nil {
		if v, ok := r.session.tags.get(key); ok {
			return v, true
		}
	}
	if r.identity != nil {
		return r.identity.tags.get(key)
	}
	return "", false
}

// globalKeys are the condition keys that follow from principal and time.
var globalKeys = map[string]func(r *request) (string, bool){
	"aws:currenttime": func(r *request) (string, bool) { return r.now.UTC().Format(time.RFC3339), true },
	"aws:epochtime":   func(r *request) (string, bool) { return strconv.FormatInt(r.now.Unix(), 10), true },
	"aws:username": func(r *request) (string, bool) {
		return r.principal.UserName,
			r.principal.Kind == KindUser
	},
	"aws:userid": func(r *request) (string, bool) { return r.principal.UserID, r.principal.UserID != "" },
	"aws:principalaccount": func(r *request) (string, bool) {
		return r.principal.AccountID,
			r.principal.AccountID != ""
	},
	"aws:principalarn":  principalARNKey,
	"aws:principaltype": principalTypeKey,
	"aws:principalisawsservice": func(r *request) (string, bool) {
		return strconv.FormatBool(r.principal.Kind == KindService), r.principal.Kind != KindAnonymous
	},
	"aws:viaawsservice": func(*request) (string, bool) { return "false", true },
	"aws:principalservicename": func(r *request) (string, bool) {
		return r.principal.service,
			r.principal.service != ""
	},
	"aws:resourceaccount": func(r *request) (string, bool) { return r.resourceAccount, r.resourceAccount != "" },
	"aws:sourceidentity": func(r *request) (string, bool) {
		if r.session == nil {
			return "", false
		}
		return r.session.sourceIdentity, r.session.sourceIdentity != ""
	},
	"aws:tokenissuetime": func(r *request) (string, bool) {
		if r.session == nil {
			return "", false
		}
		return r.session.issued.UTC().Format(time.RFC3339), true
	},
	// Absent from requests with a long-term key, else true or false.
	"aws:multifactorauthpresent": func(r *request) (string, bool) {
		if r.session == nil {
			return "", false
		}
		return strconv.FormatBool(!r.session.mfaAt.IsZero()), true
	},
	"aws:multifactorauthage": func(r *request) (string, bool) {
		if r.session == nil || r.session.mfaAt.IsZero() {
			return "", false
		}
		return strconv.Itoa(int(r.now.Sub(r.session.mfaAt).Seconds())), true
	},
}

// principalARNKey: of an assumed role it is the role's ARN, not the session's.
func principalARNKey(r *request) (string, bool) {
	switch r.principal.Kind {
	case KindAssumedRole:
		return r.principal.RoleARN, true
	case KindAnonymous, KindService, kindWebIdentity:
		return "", false
	}
	return r.principal.ARN, true
}

func principalTypeKey(r *request) (string, bool) {
	switch r.principal.Kind {
	case KindRoot:
		return "Account", true
	case KindUser:
		return "User", true
	case KindFederatedUser:
		return "FederatedUser", true
	case KindAssumedRole:
		return "AssumedRole", true
	case KindAnonymous:
		return "Anonymous", true
	}
	return "", false
}

func itoa(n int) string     { return strconv.Itoa(n) }
func quote(s string) string { return strconv.Quote(s) }
