package mockaws

import (
	"net/http"
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/sigv2"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// authenticate finds out who calls. The order of its checks is that of the
// chart "AWS Auth Error Ordering"
// (github.com/dacut/scratchstack-aws-signature, docs): the shape of the
// signature, then the token, then the key, then the signature itself.
func (f *flight) authenticate() *verdict.Refusal {
	f.newCall()
	if f.password != nil {
		return f.authenticatePassword()
	}
	region, refusal := f.locate()
	if refusal != nil {
		f.auth, _ = sigv4.Parse(f.request, f.target.Service.Rules(""), f.now) // for the record only
		return refusal
	}
	if f.target.Operation.Unsigned {
		return nil
	}
	if f.target.Operation.Form {
		return f.authenticateForm(region)
	}
	if bearer, ok := bearerOf(f.request); ok && f.target.Service.Bearer {
		return f.authenticateBearer(bearer)
	}
	f.rules = f.target.Service.Rules(region)
	f.auth, refusal = sigv4.Parse(f.request, f.rules, f.now)
	if refusal != nil {
		if refusal.Reason == verdict.MissingAuthentication && f.target.Operation.Anonymous {
			return f.takePayload()
		}
		if problem := f.target.Operation.SignedOnly; refusal.Reason == verdict.MissingAuthentication && problem != "" {
			refusal.Cause = verdict.Unauthenticated{Variant: verdict.Variant{Problem: problem}}
		}
		scheme, _ := verdict.CauseOf[verdict.ForeignScheme](refusal)
		if scheme.Problem == verdict.ProblemSigV2 && sigv2.Taken(region) {
			return f.authenticateV2()
		}
		return refusal
	}
	return f.verifySignature()
}

// locate finds the region that the signature must be for, "" for any.
func (f *flight) locate() (string, *verdict.Refusal) {
	if locate := f.target.Operation.Locate; locate != nil && f.upstreamOf() == nil {
		region, err := locate(f.call)
		if err != nil {
			return "", refusalOf(err)
		}
		if region != "" {
			f.call.Region, f.exchange.Region = region, region
			return region, nil
		}
	}
	if f.target.Region != "" {
		return f.target.Region, nil
	}
	if f.target.Service.Unlisted || f.target.Service.EitherPath {
		return "", nil // where it is, is not known
	}
	return f.server.region, nil
}

// authenticateV2 is authenticate for S3's older signatures.
func (f *flight) authenticateV2() *verdict.Refusal {
	a, refusal := sigv2.Parse(f.request, f.now)
	f.auth = &sigv4.Authorization{Mechanism: a.Mechanism, Algorithm: "AWS", KeyID: a.KeyID, Signature: a.Signature,
		Token: a.Token}
	if refusal != nil {
		return refusal
	}
	cred, refusal := f.server.iam.Resolve(a.KeyID, a.Token)
	if refusal != nil {
		return refusal
	}
	if refusal := a.Verify(f.request, f.target.Bucket, cred.Secret); refusal != nil {
		f.explainV2(a, cred.Secret)
		return refusal
	}
	f.exchange.Presented.SecretOf = a.KeyID
	return f.acceptAs(cred)
}

func (f *flight) verifySignature() *verdict.Refusal {
	resolve := f.server.iam.Resolve
	if f.auth.OwnToken {
		resolve = f.server.iam.ResolveBucketSession
	}
	cred, refusal := resolve(f.auth.KeyID, f.auth.Token)
	if refusal != nil {
		f.findSecret()
		return refusal
	}
	if refusal := f.verify(cred); refusal != nil {
		f.explain(cred)
		return refusal
	}
	f.exchange.Presented.SecretOf = f.auth.KeyID
	if refusal := f.checkTransfer(); refusal != nil {
		f.identified(cred)
		return refusal
	}
	if refusal := f.server.verifier.VerifyPayload(f.request, f.auth, f.rules, cred.Secret); refusal != nil {
		f.explain(cred)
		return refusal
	}
	return f.acceptAs(cred)
}

// acceptAs takes the caller in.
func (f *flight) acceptAs(cred *iam.Credential) *verdict.Refusal {
	f.identified(cred)
	return f.takePayload()
}

// identified says who calls.
func (f *flight) identified(cred *iam.Credential) {
	f.caller, f.call.Caller = cred, cred
	cred.Used(f.target.Service.SigningName, f.call.Region, f.now)
	f.exchange.Verdict.Principal = cred.Principal.ARN
}

// takePayload gives the handler the payload that was signed, with its transfer
// encoding undone.
func (f *flight) takePayload() *verdict.Refusal {
	if refusal := f.checkTransfer(); refusal != nil {
		return refusal
	}
	if f.isUpload() {
		if err := s3.CheckChecksums(f.http.Header); err != nil {
			return refusalOf(err)
		}
	}
	payload, refusal := sigv4.Payload(f.request)
	if refusal != nil {
		return refusal
	}
	f.call.Input.Body = payload
	return nil
}

// checkTransfer refuses an upload whose body S3 does not begin to read.
func (f *flight) checkTransfer() *verdict.Refusal {
	if !f.isUpload() {
		return nil
	}
	if err := s3.CheckTransfer(f.http, f.target.Operation.Name); err != nil {
		return refusalOf(err)
	}
	return nil
}

func (f *flight) isUpload() bool {
	return f.http.Method == http.MethodPut && f.target.Service.Dialect.Protocol == protocol.S3
}

func (f *flight) newCall() {
	region := f.target.Region
	if region == "" {
		if region = f.server.region; region == "" {
			region = scopeRegion(f.request)
		}
	}
	f.exchange.Region = region
	f.exchange.RequestID = f.target.Service.Dialect.NewRequestID()
	f.call = &service.Call{
		Service: f.target.Service, Operation: f.target.Operation, Input: f.target.Input, Region: region,
		Bucket: f.target.Bucket, Now: f.now, RequestID: f.exchange.RequestID,
		SourceIP: sourceIP(f.http.RemoteAddr), UserAgent: f.http.UserAgent(),
		IAM: f.server.iam, Trail: f.server.trail, Origin: origin(f.http), Done: f.http.Context().Done(),
	}
}

// origin is where a request was sent.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func bearerOf(r *sigv4.Request) (string, bool) {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(value), strings.EqualFold(scheme, "Bearer")
}
