package iam

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base32"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// awsPoliciesJSON holds some of AWS's own managed policies, those that programs
// with credentials are most often given, with the version that was in force and
// its date, as recorded in zoph-io/MAMIP. AWS's others are not here: give their
// documents in a seed, under the ARNs that they have.
//
//go:embed awspolicies.json
var awsPoliciesJSON []byte

// awsPolicyPrefix begins the ARN of each of AWS's own policies.
const awsPolicyPrefix = "arn:aws:iam::aws:policy/"

// awsPolicies are they by ARN. They never change.
var awsPolicies = sync.OnceValue(func() map[string]*attached {
	var list []struct {
		Name, Path string
		Version    int
		Created    time.Time
		Document   json.RawMessage
	}
	if err := json.Unmarshal(awsPoliciesJSON, &list); err != nil {
		panic("iam: awspolicies.json: " + err.Error()) // a file of our own
	}
	byARN := make(map[string]*attached, len(list))
	for _, entry := range list {
		// AWS's own text has two spaces for a level: the statement of AmazonS3ReadOnlyAccess
		// is at 3:17 to 11:6 in the example of API_SimulatePrincipalPolicy.
		var text bytes.Buffer
		if err := json.Indent(&text, entry.Document, "", "  "); err != nil {
			panic("iam: awspolicies.json: " + entry.Name + ": " + err.Error())
		}
		p, err := ParsePolicy(IdentityPolicy, text.String())
		if err != nil {
			panic("iam: awspolicies.json: " + entry.Name + ": " + err.Error())
		}
		arn := strings.TrimSuffix(awsPolicyPrefix, "/") + entry.Path + entry.Name
		byARN[arn] = &attached{name: entry.Name, arn: arn, policy: p, managed: &managed{
			id: awsPolicyID(arn), created: entry.Created, last: entry.Version,
			versions: []version{{entry.Version, p, entry.Created}},
		}}
	}
	return byARN
})

// awsPolicyID is the id of AdministratorAccess (convox/rack#680), and for another
// of AWS's policies one of the right form that is not the real one.
func awsPolicyID(arn string) string {
	if arn == awsPolicyPrefix+"AdministratorAccess" {
		return "ANPAIWMBCKSKIEE64ZLYK"
	}
	sum := sha256.Sum256([]byte(arn))
	return prefixManagedPolicy + "I" + base32.StdEncoding.EncodeToString(sum[:10])
}

// findManaged finds a managed policy by name or ARN: one of the account, which a
// seed may also have given for one of AWS's, or one of AWS.
func (a *account) findManaged(ref string) *attached {
	if strings.HasPrefix(ref, "arn:") {
		if m := a.managed[ref]; m != nil {
			return m
		}
		return awsPolicies()[ref]
	}
	for _, all := range []map[string]*attached{a.managed, awsPolicies()} {
		for _, m := range all {
			if m.name == ref {
				return m
			}
		}
	}
	return nil
}
