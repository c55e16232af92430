package mockaws

import (
	"crypto/subtle"

	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/sigv2"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// authenticateForm finds out who signed the policy of an HTML form, and holds the
// form to it. Without a policy, the form is anonymous.
func (f *flight) authenticateForm(region string) *verdict.Refusal {
	form, err := s3.ReadForm(f.http.Header.Get("Content-Type"), f.request.Body)
	if err != nil {
		return refusalOf(err)
	}
	form.Into(f.call)
	a, err := form.Authorization(region)
	if a != nil {
		f.auth = a
	}
	if err != nil {
		return refusalOf(err)
	}
	if a == nil {
		return nil
	}
	cred, refusal := f.server.iam.Resolve(a.KeyID, a.Token)
	if refusal != nil {
		return refusal
	}
	if subtle.ConstantTimeCompare([]byte(policySignature(a, cred.Secret, form.Policy())), []byte(a.Signature)) != 1 {
		for keyID, secret := range f.server.iam.Secrets() {
			if policySignature(a, secret, form.Policy()) == a.Signature {
				f.exchange.Presented.SecretOf = keyID
			}
		}
		return verdict.Because(verdict.StageAuthenticate, verdict.OtherSignature{
			Variant: verdict.Variant{Problem: verdict.ProblemForm}, StringToSign: form.Policy(),
		}, "the signature is not that of the form's policy under this key's secret")
	}
	f.exchange.Presented.SecretOf = a.KeyID
	if err := form.CheckPolicy(f.call.Input.Labels["Bucket"], f.now); err != nil {
		return refusalOf(err)
	}
	f.identified(cred)
	return nil
}

func policySignature(a *sigv4.Authorization, secret, policy string) string {
	if a.Algorithm == "AWS" {
		return sigv2.Sign(secret, policy)
	}
	return sigv4.SignPolicy(secret, a.ScopeDate, a.Region, a.Service, policy)
}
