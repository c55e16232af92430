package ecr

import (
	"encoding/base64"
	"regexp"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is Amazon ECR with its one operation that is about credentials. Its tokens open
// nothing: there is no registry behind them.
func New() *service.Service {
	return &service.Service{
		ID: "ECR", EndpointPrefix: "api.ecr", SigningName: "ecr",
		TargetPrefix: "AmazonEC2ContainerRegistry_V20150921",
		Dialect:      protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow:   5 * time.Minute, EventSource: "ecr.amazonaws.com",
		Operations: []service.Operation{
			{Name: "GetAuthorizationToken", Action: "ecr:GetAuthorizationToken", ReadOnly: true,
				Handle: service.Handle(authorizationToken)},
		},
	}
}

// tokenLifetime is from
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_AuthorizationData.html.
const tokenLifetime = 12 * time.Hour

type tokenInput struct {
	RegistryIDs []string `json:"registryIds"`
}

type tokenOutput struct {
	AuthorizationData []authorization `json:"authorizationData"`
}

type authorization struct {
	AuthorizationToken string  `json:"authorizationToken"`
	ExpiresAt          float64 `json:"expiresAt"`
	ProxyEndpoint      string  `json:"proxyEndpoint"`
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// authorizationToken answers with a user name and password a registry: by default the
// caller's own (same page).
func authorizationToken(c *service.Call, in *tokenInput) (*tokenOutput, error) {
	registries := in.RegistryIDs
	if len(registries) == 0 {
		registries = []string{c.Account()}
	}
	out := &tokenOutput{}
	for _, id := range registries {
		if !accountID.MatchString(id) {
			// The code is of the service's model, and the wording ours.
			return nil, service.Errorf("InvalidParameterException",
				"Invalid parameter at 'registryIds': %q is not an account id of 12 digits", id)
		}
		token := base64.StdEncoding.EncodeToString([]byte("AWS:" + c.IAM.NewPassword()))
		out.AuthorizationData = append(out.AuthorizationData, authorization{
			AuthorizationToken: token,
			ExpiresAt:          float64(c.Now.Add(tokenLifetime).UnixMilli()) / 1000,
			ProxyEndpoint:      "https://" + id + ".dkr.ecr." + c.Region + ".amazonaws.com",
		})
	}
	return out, nil
}
