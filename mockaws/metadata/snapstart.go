package metadata

import (
	"crypto/subtle"
	"errors"
	"net/http"
)

// SnapStartOptions are the options of SnapStart.
type SnapStartOptions struct {
	Settings
	// Vendor issues the credentials of the execution role. Required.
	Vendor Vendor
	// Token is the value of AWS_CONTAINER_AUTHORIZATION_TOKEN. Required.
	Token string
	// Restored is closed when the restore is complete: requests wait for it. Nil
	// is one that is complete.
	Restored <-chan struct{}
}

const emulator = "aws/aws-lambda-runtime-interface-emulator: "

const (
	snapCredentials = iota
	snapToken
	snapFailure
	snapNotFound
	snapMethod
	snapThrottled
	snapFault
)

var snapBehaviours = [...]Behaviour{
	// net/http guesses the content type: the handler sets none.
	snapCredentials: {"snapstart/credentials", 200, Verified, emulator + "internal/lambda/rapi/handler/credentials.go"},
	snapToken:       {"snapstart/token", 404, Verified, emulator + "internal/lambda/rapi/handler/credentials.go"},
	snapFailure:     {"snapstart/failure", 500, Unverified, "inferred"},
	snapNotFound:    {"snapstart/not-found", 404, Likely, emulator + "internal/lambda/rapi/router.go"},
	snapMethod:      {"snapstart/method", 405, Likely, emulator + "internal/lambda/rapi/router.go"},
	snapThrottled:   {"snapstart/throttled", 429, Unverified, "inferred: no limit is documented"},
	snapFault:       {"snapstart/fault", 0, Unverified, "inferred"},
}

// SnapStart is Lambda's endpoint for the credentials of functions that were
// restored from a snapshot, on the address of the runtime API, path
// /2021-04-23/credentials. The token is the header Authorization, without a
// scheme.
func SnapStart(o SnapStartOptions) (http.Handler, error) {
	switch {
	case o.Vendor == nil:
		return nil, errors.New("snapstart: no Vendor")
	case o.Token == "":
		return nil, errors.New("snapstart: no Token: the function would find no AWS_CONTAINER_AUTHORIZATION_TOKEN")
	}
	o.Settings = o.defaults()
	s := &snapStart{o}
	return o.serve(kind{"snapstart", s.throttled, s.failed}, s.answer), nil
}

type snapStart struct{ SnapStartOptions }

func (s *snapStart) answer(r *http.Request) reply {
	switch {
	case r.URL.Path != "/2021-04-23/credentials":
		return textReply(snapBehaviours[snapNotFound], "404 page not found\n")
	case r.Method != http.MethodGet:
		return reply{Behaviour: snapBehaviours[snapMethod]}
	case !same(r.Header.Get("Authorization"), s.Token):
		a := reply{Behaviour: snapBehaviours[snapToken], body: []byte("cannot get credentials for the provided token")}
		return a.because("Authorization is not AWS_CONTAINER_AUTHORIZATION_TOKEN (%d characters, not %d)",
			len(r.Header.Get("Authorization")), len(s.Token))
	}
	if s.Restored != nil {
		select {
		case <-s.Restored:
		case <-r.Context().Done():
			return reply{}.because("the restore is not complete")
		}
	}
	c, err := s.vend(r.Context(), s.Vendor)
	if err != nil {
		return textReply(snapBehaviours[snapFailure],
			"Internal server error\n").because("issuing credentials failed: %v", err)
	}
	a := jsonReply(snapBehaviours[snapCredentials], struct {
		AccessKeyId, SecretAccessKey, Token, Expiration string
	}{c.AccessKeyID, c.SecretAccessKey, c.Token, stamp(c.Expiration)}).handing(c)
	a.header = nil
	return a
}

func (s *snapStart) throttled() reply {
	return textReply(snapBehaviours[snapThrottled], "Too Many Requests\n")
}

func (s *snapStart) failed(status int) reply {
	a := textReply(snapBehaviours[snapFault], "Internal server error\n").because("a failure that was planned")
	a.Status = status
	return a
}

// same compares secrets.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
