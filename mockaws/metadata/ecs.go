package metadata

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"strings"
)

// ECSOptions are the options of ECS.
type ECSOptions struct {
	Settings
	// Credentials are the vendors by credential id, the last part of
	// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, a UUID. A task without a role has
	// none, and no such variable.
	Credentials map[string]Vendor
	// Task is what the metadata endpoints tell; nil offers none of them.
	Task *Task
	// Rate is how many requests a second may pass from one address to one path,
	// 40 by default, negative for any number; Burst is how many at once, 60 by
	// default.
	Rate, Burst int
}

const ecsAgent = "aws/amazon-ecs-agent: "

const (
	ecsCredentials = iota
	ecsNoID
	ecsUnknownID
	ecsNotReady
	ecsAssumeRole
	ecsFailure
	ecsLimit
	ecsNotFound
	ecsMoved
	ecsMetadata
	ecsMetadataV3Unknown
	ecsMetadataV4Unknown
	ecsFault
)

var ecsBehaviours = [...]Behaviour{
	ecsCredentials: {"ecs/credentials", 200, Verified, ecsAgent + "ecs-agent/credentials/manager.go"},
	ecsNoID:        {"ecs/no-id", 400, Verified, ecsAgent + "ecs-agent/tmds/handlers/v1/credentials_handler.go"},
	ecsUnknownID: {"ecs/unknown-id", 400, Verified, ecsAgent +
		"ecs-agent/tmds/handlers/v1/credentials_handler.go"},
	ecsNotReady: {"ecs/not-ready", 503, Verified, ecsAgent +
		"ecs-agent/tmds/handlers/v1/credentials_handler.go"},
	ecsAssumeRole: {"ecs/assume-role", 400, Unverified,
		"inferred: the agent gets no credentials, so it knows no such id"},
	ecsFailure: {"ecs/failure", 500, Verified, ecsAgent +
		"ecs-agent/tmds/handlers/v1/credentials_handler.go"},
	ecsLimit: {"ecs/limit", 429, Verified, ecsAgent + "ecs-agent/tmds/server.go; didip/tollbooth"},
	ecsNotFound: {"ecs/not-found", 404, Verified, ecsAgent +
		"agent/handlers/task_server_setup.go; gorilla/mux"},
	ecsMoved:             {"ecs/moved", 301, Verified, ecsAgent + "ecs-agent/tmds/server.go (SkipClean); gorilla/mux"},
	ecsMetadata:          {"ecs/metadata", 200, Verified, ecsAgent + "ecs-agent/tmds/handlers/v4/state/response.go"},
	ecsMetadataV3Unknown: {"ecs/metadata-v3-unknown", 500, Verified, ecsAgent + "agent/handlers/v3"},
	ecsMetadataV4Unknown: {"ecs/metadata-v4-unknown", 404, Verified, ecsAgent + "agent/handlers/v4/tmdsstate.go"},
	ecsFault: {"ecs/fault", 0, Unverified, "the shape of " + ecsAgent +
		"ecs-agent/tmds/handlers/utils/helpers.go; the agent sends only 400, 500 and 503 so"},
}

// ECS is the endpoint of the ECS agent for tasks, at 169.254.170.2:80: task
// credentials, and task metadata versions 3 and 4. An error says which option is
// wrong.
func ECS(o ECSOptions) (http.Handler, error) {
	for id, vendor := range o.Credentials {
		if id == "" || vendor == nil {
			return nil, fmt.Errorf("ecs: the credentials of id %q have no id or no Vendor", id)
		}
	}
	if o.Task != nil && o.Task.MetadataID == "" {
		return nil, errors.New("ecs: the Task has no MetadataID, the last part of ECS_CONTAINER_METADATA_URI_V4")
	}
	o.Settings = o.defaults()
	o.Rate, o.Burst = cmp.Or(o.Rate, 40), cmp.Or(o.Burst, 60)
	agent := &ecs{ECSOptions: o, limit: newLimiter(o.Rate, o.Burst)}
	return o.serve(kind{"ecs", agent.throttled, agent.failed}, agent.answer), nil
}

type ecs struct {
	ECSOptions
	limit *limiter
}

func (a *ecs) answer(r *http.Request) reply {
	if clean := cleanPath(r.URL.Path); clean != r.URL.Path {
		to := *r.URL
		to.Path = clean
		return reply{Behaviour: ecsBehaviours[ecsMoved]}.with("Location", to.String()).because(
			"the path has to be written %s", clean)
	}
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	if !a.limit.allow(address+"|"+r.URL.Path, a.Now()) {
		return a.limited(a.throttled(), r)
	}
	return a.limited(a.route(r), r)
}

// cleanPath is a path as the agent's router wants it: it leads a client on from
// "//v2/credentials/ID", as one gets who puts a slash in front of the variable's value
// (https://github.com/gorilla/mux/blob/main/mux.go, cleanPath).
func cleanPath(p string) string {
	clean := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

func (a *ecs) throttled() reply {
	return a.plain(ecsLimit, "You have reached maximum request limit.").because(
		"more than %d requests a second to one path", a.Rate)
}

func (a *ecs) failed(status int) reply {
	return a.errorOf(ecsFault, status, "InternalServerError",
		"Internal server error").because("a failure that was planned")
}

// limited adds the headers that the agent's rate limiter adds to every answer.
func (a *ecs) limited(to reply, r *http.Request) reply {
	if a.limit == nil {
		return to
	}
	return to.with("X-Rate-Limit-Limit", fmt.Sprintf("%.2f", a.limit.rate), "X-Rate-Limit-Duration", "1",
		"X-Rate-Limit-Request-Forwarded-For", r.Header.Get("X-Forwarded-For"), "X-Rate-Limit-Request-Remote-Addr",
		r.RemoteAddr)
}

// route answers by path. The agent does not look at the method.
func (a *ecs) route(r *http.Request) reply {
	if id, ok := strings.CutPrefix(r.URL.Path, "/v2/credentials/"); ok {
		return a.credentials(r, 2, id)
	}
	if r.URL.Path == "/v1/credentials" {
		return a.credentials(r, 1, r.URL.Query().Get("id"))
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if a.Task != nil && len(parts) >= 2 && (parts[0] == "v3" || parts[0] == "v4") {
		if document, ok := ecsDocuments[strings.Join(parts[2:], "/")]; ok {
			return a.metadata(parts[0], parts[1], document)
		}
	}
	return a.notFound()
}

func (a *ecs) notFound() reply {
	return a.plain(ecsNotFound, "404 page not found\n").with("X-Content-Type-Options", "nosniff")
}

// credentials answers a request for the credentials of an id.
func (a *ecs) credentials(r *http.Request, version int, id string) reply {
	prefix := fmt.Sprintf("CredentialsV%dRequest: ", version)
	if id == "" {
		return a.failure(ecsNoID, "NoIdInRequest", prefix+"No Credential ID in the request")
	}
	vendor, ok := a.Credentials[id]
	if !ok {
		return a.failure(ecsUnknownID, "InvalidIdInRequest", prefix+"Credentials not found").
			because("%.60q is not an id of this task's credentials", id)
	}
	c, err := a.vend(r.Context(), vendor)
	if err != nil {
		return a.refusal(err, prefix)
	}
	return a.json(ecsCredentials, struct {
		RoleArn, AccessKeyId, SecretAccessKey, Token, Expiration string
	}{c.RoleARN, c.AccessKeyID, c.SecretAccessKey, c.Token, stamp(c.Expiration)}).handing(c)
}

// refusal answers for a Vendor that gave nothing.
func (a *ecs) refusal(err error, prefix string) reply {
	var refused *AssumeRoleError
	switch {
	case errors.Is(err, ErrNotReady):
		return a.failure(ecsNotReady, "CredentialsUninitialized", prefix+"Credentials uninitialized for ID").because(
			"%v", err)
	case errors.Is(err, ErrNoRole):
		return a.failure(ecsUnknownID, "InvalidIdInRequest", prefix+"Credentials not found").because("%v", err)
	case errors.As(err, &refused):
		return a.failure(ecsAssumeRole, "InvalidIdInRequest", prefix+"Credentials not found").because("%v", err)
	}
	return a.failure(ecsFailure, "InternalServerError",
		"Internal server error").because("issuing credentials failed: %v", err)
}

// metadata answers a request for a document of task metadata.
func (a *ecs) metadata(version, id string, d ecsDocument) reply {
	if id == a.Task.MetadataID {
		return a.json(ecsMetadata, d.of(a.Task, version))
	}
	row := ecsMetadataV4Unknown
	if version == "v3" {
		row = ecsMetadataV3Unknown
	}
	return a.json(row, strings.ToUpper(version)+" "+d.unknown+id).because("%.60q is not the id of this task's metadata",
		id)
}

// failure is an error of the credentials handler. The key of its status really
// begins with a capital.
func (a *ecs) failure(row int, code, message string) reply {
	return a.errorOf(row, ecsBehaviours[row].Status, code, message)
}

// errorOf is failure with another status than the behaviour's.
func (a *ecs) errorOf(row, status int, code, message string) reply {
	e := a.json(row, struct {
		Code          string `json:"code"`
		Message       string `json:"message"`
		HTTPErrorCode int
	}{code, message, status}).because("%s", message)
	e.Status = status
	return e
}

func (a *ecs) json(row int, value any) reply { return jsonReply(ecsBehaviours[row], value) }

func (a *ecs) plain(row int, text string) reply {
	return reply{Behaviour: ecsBehaviours[row], header: []string{"Content-Type", "text/plain; charset=utf-8"},
		body: []byte(text)}
}
