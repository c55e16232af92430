package mockaws

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// ServiceSeed is a service of one's own. A request that is signed for its name is
// the service's, whatever its host and path; it is authenticated by these rules and,
// when it is right, answered with an empty result.
type ServiceSeed struct {
	Name string `yaml:"name" json:"name"` // as in the credential scope
	// Protocol is how errors and results are written: json, rest-json, query or
	// rest-xml; rest-json by default.
	Protocol string `yaml:"protocol,omitempty" json:"protocol,omitempty"`
	// Paths says how a signature covers the path: normalised and encoded twice, as
	// most services want it; as-sent, as S3 does; or either. By default normalised.
	Paths string `yaml:"paths,omitempty" json:"paths,omitempty"`
	// Skew is how far a request's date may be from the mock's clock: "15m", the
	// default, or "5m".
	Skew string `yaml:"skew,omitempty" json:"skew,omitempty"`
	// UnsignedPayload takes UNSIGNED-PAYLOAD as the hash of a body, Asymmetric takes
	// Signature Version 4A.
	UnsignedPayload bool `yaml:"unsignedPayload,omitempty" json:"unsignedPayload,omitempty"`
	Asymmetric      bool `yaml:"asymmetric,omitempty" json:"asymmetric,omitempty"`
}

// The ways in which a signature covers the path.
const (
	pathsNormalised = "normalised"
	pathsAsSent     = "as-sent"
	pathsEither     = "either"
)

var declaredName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,62}$`)

// declaredDialects are the dialects that a declared service can have, each with the
// rows that services of its protocol share.
var declaredDialects = map[string]func() protocol.Dialect{
	"json": func() protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)}
	},
	"rest-json": func() protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.RESTJSON, Errors: protocol.Tabulate(protocol.RESTJSONRows)}
	},
	"query": func() protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.Query, Errors: protocol.Tabulate(protocol.QueryRows)}
	},
	"rest-xml": func() protocol.Dialect {
		return protocol.Dialect{Protocol: protocol.RESTXML, Errors: protocol.Tabulate(protocol.QueryRows)}
	},
}

// declare makes services of their seeds, or says what is wrong with each.
func declare(seeds []ServiceSeed) (services []*service.Service, problems []error) {
	for i, s := range seeds {
		made, err := s.service()
		if err != nil {
			problems = append(problems, fmt.Errorf("services[%d]: %w", i, err))
			continue
		}
		services = append(services, made)
	}
	return services, problems
}

func (s ServiceSeed) service() (*service.Service, error) {
	if !declaredName.MatchString(s.Name) {
		return nil, fmt.Errorf("name is %q: write the service's name in credential scopes, such as execute-api", s.Name)
	}
	dialect, known := declaredDialects[orElse(s.Protocol, "rest-json")]
	if !known {
		return nil, fmt.Errorf("protocol is %q: write one of %s", s.Protocol,
			strings.Join(slices.Sorted(maps.Keys(declaredDialects)), ", "))
	}
	skew, err := time.ParseDuration(orElse(s.Skew, "15m"))
	if err != nil || skew <= 0 {
		return nil, fmt.Errorf("skew is %q: write a duration such as 5m", s.Skew)
	}
	paths := orElse(s.Paths, pathsNormalised)
	if !slices.Contains([]string{pathsNormalised, pathsAsSent, pathsEither}, paths) {
		return nil, fmt.Errorf("paths is %q: write %s, %s or %s", s.Paths, pathsNormalised, pathsAsSent, pathsEither)
	}
	return &service.Service{
		ID: s.Name, EndpointPrefix: s.Name, SigningName: s.Name, Dialect: dialect(), SkewWindow: skew,
		EventSource: s.Name + ".amazonaws.com", Unlisted: true, UnsignedPayload: s.UnsignedPayload,
		Asymmetric: s.Asymmetric, EitherPath: paths == pathsEither, PathAsSent: paths == pathsAsSent,
	}, nil
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
