package mockaws

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/yamlerr"
)

// Seed is what a mock starts with: accounts, and resources in them. As YAML:
//
//	accounts:
//	  - id: "111122223333"
//	    users:
//	      - name: app
//	        allow: ["bedrock:InvokeModel*"]
//	        keys: [{id: AKIA..., secret: ...}] # one is made where none is given
//	    roles:
//	      - name: deploy
//	        trustService: [lambda.amazonaws.com]
//	    sessions:
//	      - {role: deploy, name: job-1}
//	buckets:
//	  - {name: uploads, account: "111122223333"}
//	issuers:
//	  - {url: https://oidc.vercel.com/acme}
//	services:
//	  - {name: service, protocol: rest-json, paths: either}
type Seed struct {
	iam.Seed `yaml:",inline"`
	Buckets  []BucketSeed `yaml:"buckets,omitempty" json:"buckets,omitempty"`
	// Issuers sign tokens that sts:AssumeRoleWithWebIdentity takes, where an
	// account has an OIDC provider of that URL.
	Issuers []IssuerSeed `yaml:"issuers,omitempty" json:"issuers,omitempty"`
	// Services are services of one's own, whose requests are judged like AWS's.
	Services []ServiceSeed `yaml:"services,omitempty" json:"services,omitempty"`
	// Synthesize is WithSynthesis for a mock that runs already; nil leaves it.
	Synthesize *bool `yaml:"synthesize,omitempty" json:"synthesize,omitempty"`
	// SessionLimit is how long the sessions that STS issues last at the most, such as
	// 8s, whatever callers ask for; empty leaves the limit as it is, 0s takes it away.
	SessionLimit string `yaml:"sessionLimit,omitempty" json:"sessionLimit,omitempty"`
	// TokenLength is how many characters each session token has that is issued from
	// now on, 356 to 1048576 and rounded up to a multiple of four, where a session of
	// the seed has no length of its own; 0 leaves it as it is.
	TokenLength int `yaml:"tokenLength,omitempty" json:"tokenLength,omitempty"`
}

// BucketSeed is an S3 bucket, empty at first.
type BucketSeed struct {
	Name    string `yaml:"name" json:"name"`
	Account string `yaml:"account" json:"account"`
	Region  string `yaml:"region,omitempty" json:"region,omitempty"` // default us-east-1
}

// ReadSeed reads a seed in YAML or JSON. Unknown keys are errors; every error
// names its line, all of them in one message.
func ReadSeed(r io.Reader) (Seed, error) {
	var seed Seed
	data, err := io.ReadAll(r)
	if err != nil {
		return seed, fmt.Errorf("seed: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	switch err := dec.Decode(&seed); {
	case errors.Is(err, io.EOF):
		return seed, errors.New("seed: the file is empty; write at least: accounts: [{id: \"111122223333\"}]")
	case err != nil:
		return seed, fmt.Errorf("seed: %w", yamlerr.InWords(err, seed))
	}
	return seed, nil
}

// Applied lists what a seed made, with the credentials.
type Applied = iam.Applied

// Seed makes what the seed describes: all of it or, with an error that lists
// every problem, nothing. What exists already is left alone; a seed can be
// followed by another.
func (s *Server) Seed(seed Seed) (*Applied, error) {
	var problems []error
	for i, b := range seed.Buckets {
		if b.Name == "" || b.Account == "" {
			problems = append(problems, fmt.Errorf("buckets[%d]: name and account are needed", i))
		}
	}
	for i, seed := range seed.Issuers {
		if _, err := oidc.NewIssuer(seed.URL, seed.Algorithm, nil); err != nil {
			problems = append(problems, fmt.Errorf("issuers[%d]: %w", i, err))
		}
	}
	limit, err := time.ParseDuration(cmp.Or(seed.SessionLimit, "0s"))
	if err != nil || limit < 0 {
		problems = append(problems, fmt.Errorf("sessionLimit: %q is no length of time such as 8s", seed.SessionLimit))
	}
	if n := seed.TokenLength; n != 0 && (n < iam.MinTokenLength || n > iam.MaxTokenLength) {
		problems = append(problems, fmt.Errorf("tokenLength: %d is not from %d to %d", n, iam.MinTokenLength,
			iam.MaxTokenLength))
	}
	declared, wrong := declare(seed.Services)
	if problems = append(problems, wrong...); len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if seed.TokenLength != 0 {
		s.iam.SetTokenLength(seed.TokenLength)
	}
	applied, err := s.iam.Apply(seed.Seed)
	if err != nil {
		return nil, err
	}
	if seed.SessionLimit != "" {
		s.iam.LimitSessions(limit)
	}
	if seed.Synthesize != nil {
		s.synthesize.Store(*seed.Synthesize)
	}
	s.catalog.Declare(declared...)
	for _, b := range seed.Buckets {
		region := b.Region
		if region == "" {
			region = "us-east-1"
		}
		s.buckets.Seed(b.Name, b.Account, region, s.clock.Now())
	}
	for _, url := range s.iam.OutboundIssuers() {
		if _, err := s.issuers.Declare(url, ""); err != nil {
			return nil, err
		}
	}
	for _, i := range seed.Issuers {
		if _, err := s.DeclareIssuer(i); err != nil {
			return nil, err
		}
	}
	return applied, nil
}
