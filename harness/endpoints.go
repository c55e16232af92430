package harness

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/iam"
)

// The credential endpoints that hosts offer. Each request is answered with
// credentials issued for it.

// ecsCredentials is the ECS agent's endpoint for task credentials. Bodies and
// errors are those of the agent
// (https://github.com/aws/amazon-ecs-agent, ecs-agent/tmds/handlers/v2).
func ecsCredentials(d *Deployment, e fixtures.Endpoint) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != e.Path {
			writeJSON(w, http.StatusBadRequest, map[string]any{
				"code": "InvalidIdInRequest", "message": "CredentialsV2Request: Credentials not found", "HTTPErrorCode": http.StatusBadRequest,
			})
			return
		}
		s, err := d.vend(r.Context(), e)
		if err != nil {
			writeJSON(w, http.StatusInternalServerError, map[string]any{
				"code": "InternalServerError", "message": err.Error(), "HTTPErrorCode": http.StatusInternalServerError,
			})
			return
		}
		writeJSON(w, http.StatusOK, struct {
			RoleArn, AccessKeyId, SecretAccessKey, Token, Expiration string
		}{s.RoleARN, s.KeyID, s.Secret, s.Token, expiration(s)})
	}), nil
}

// podIdentity is the agent of EKS Pod Identity
// (https://github.com/aws/eks-pod-identity-agent).
func podIdentity(d *Deployment, e fixtures.Endpoint) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != e.Path:
			http.NotFound(w, r)
			return
		case r.Header.Get("Authorization") == "":
			http.Error(w, "Service account token cannot be empty", http.StatusBadRequest)
			return
		}
		s, err := d.vend(r.Context(), e)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		writeJSON(w, http.StatusOK, struct {
			AccessKeyId, SecretAccessKey, Token, AccountId, Expiration string
		}{s.KeyID, s.Secret, s.Token, s.AccountID, expiration(s)})
	}), nil
}

// snapStart is Lambda's endpoint for functions that were restored. A wrong token
// is answered 404
// (https://github.com/aws/aws-lambda-runtime-interface-emulator, internal/lambda/rapi/handler/credentials.go).
func snapStart(d *Deployment, e fixtures.Endpoint) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != e.Path || r.Header.Get("Authorization") != d.endpointToken(e.Name) {
			http.Error(w, "cannot get credentials for the provided token", http.StatusNotFound)
			return
		}
		s, err := d.vend(r.Context(), e)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		writeJSON(w, http.StatusOK, struct {
			AccessKeyId, SecretAccessKey, Token, Expiration string
		}{s.KeyID, s.Secret, s.Token, expiration(s)})
	}), nil
}

// imds is EC2's instance metadata service, as far as credentials need it
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html).
type imds struct {
	deployment *Deployment
	endpoint   fixtures.Endpoint
	mu         sync.Mutex
	tokens     map[string]time.Time // token -> its end
}

func instanceMetadata(d *Deployment, e fixtures.Endpoint) (http.Handler, error) {
	return &imds{deployment: d, endpoint: e, tokens: map[string]time.Time{}}, nil
}

const (
	imdsToken = "/latest/api/token"
	imdsRoles = "/latest/meta-data/iam/security-credentials/"
	ttlHeader = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
)

// ServeHTTP answers token requests and lookups.
func (m *imds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "EC2ws")
	switch {
	case r.Method == http.MethodPut && r.URL.Path == imdsToken:
		m.token(w, r)
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case !m.authorized(r):
		w.WriteHeader(http.StatusUnauthorized)
	default:
		m.lookup(w, r)
	}
}

func (m *imds) token(w http.ResponseWriter, r *http.Request) {
	if m.endpoint.IMDS.Unreachable() {
		// The reply's time to live runs out on its way: no answer, not a refusal.
		<-r.Context().Done()
		return
	}
	ttl, err := time.ParseDuration(r.Header.Get(ttlHeader) + "s")
	if err != nil || ttl < time.Second || ttl > 6*time.Hour {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if r.Header.Get("X-Forwarded-For") != "" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	token := rand.Text() + rand.Text() + "=="
	m.mu.Lock()
	m.tokens[token] = time.Now().Add(ttl)
	m.mu.Unlock()
	w.Header().Set(ttlHeader, r.Header.Get(ttlHeader))
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(token))
}

// authorized checks the token of version 2; a request without one is of version
// 1, where the instance allows that.
func (m *imds) authorized(r *http.Request) bool {
	token := r.Header.Get("X-Aws-Ec2-Metadata-Token")
	if token == "" {
		return m.endpoint.IMDS.Tokens == "optional"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Now().Before(m.tokens[token])
}

func (m *imds) lookup(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	role, ok := m.deployment.host.Role(m.endpoint.Role)
	switch {
	case r.URL.Path == "/latest/meta-data/placement/region":
		_, _ = w.Write([]byte(m.deployment.region()))
	case ok && r.URL.Path == imdsRoles:
		_, _ = w.Write([]byte(role.RoleName))
	case ok && r.URL.Path == imdsRoles+role.RoleName:
		m.credentials(w, r)
	default:
		http.Error(w, "404 - Not Found", http.StatusNotFound)
	}
}

func (m *imds) credentials(w http.ResponseWriter, r *http.Request) {
	s, err := m.deployment.vend(r.Context(), m.endpoint)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	text, err := json.MarshalIndent(struct {
		Code, LastUpdated, Type, AccessKeyId, SecretAccessKey, Token, Expiration string
	}{"Success", time.Now().UTC().Format(time.RFC3339), "AWS-HMAC", s.KeyID, s.Secret, s.Token, expiration(s)}, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(text)
}

func expiration(s iam.AppliedSession) string {
	return s.Expiration.UTC().Format(time.RFC3339)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client went away
}
