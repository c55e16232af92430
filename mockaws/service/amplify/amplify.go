package amplify

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is the control plane of AWS Amplify Hosting: apps, branches, and the
// roles they are given. A role that Amplify cannot assume is refused.
//
// Operations and members are those of
// https://github.com/boto/botocore/tree/develop/botocore/data/amplify/2017-07-25.
func New() *service.Service {
	s := &apps{}
	const app, branch = "/apps/{appId}", "/apps/{appId}/branches/{branchName}"
	return &service.Service{
		ID: "Amplify", EndpointPrefix: "amplify", SigningName: "amplify",
		// No dump of Amplify's headers is known; a bare error type is a guess.
		Dialect:    protocol.Dialect{Protocol: protocol.RESTJSON, Errors: protocol.Tabulate(protocol.RESTJSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "amplify.amazonaws.com", Complete: true,
		Operations: []service.Operation{
			{Name: "CreateApp", Method: "POST", Path: "/apps", Action: "amplify:CreateApp", Resource: anyAppARN,
				Handle: service.Answer(s.create)},
			{Name: "ListApps", Method: "GET", Path: "/apps", Action: "amplify:ListApps", Resource: anyAppARN,
				ReadOnly: true,
				Handle:   service.Answer(s.list)},
			{Name: "GetApp", Method: "GET", Path: app, Action: "amplify:GetApp", Resource: appARN, ReadOnly: true,
				Handle: service.Answer(s.get)},
			{Name: "UpdateApp", Method: "POST", Path: app, Action: "amplify:UpdateApp", Resource: appARN,
				Handle: service.Answer(s.update)},
			{Name: "DeleteApp", Method: "DELETE", Path: app, Action: "amplify:DeleteApp", Resource: appARN,
				Handle: service.Answer(s.remove)},
			{Name: "CreateBranch", Method: "POST", Path: app + "/branches", Action: "amplify:CreateBranch",
				Resource: anyBranchARN, Handle: service.Answer(s.createBranch)},
			{Name: "ListBranches", Method: "GET", Path: app + "/branches", Action: "amplify:ListBranches",
				Resource: anyBranchARN, ReadOnly: true, Handle: service.Answer(s.listBranches)},
			{Name: "GetBranch", Method: "GET", Path: branch, Action: "amplify:GetBranch", Resource: branchARN,
				ReadOnly: true,
				Handle:   service.Answer(s.getBranch)},
			{Name: "UpdateBranch", Method: "POST", Path: branch, Action: "amplify:UpdateBranch", Resource: branchARN,
				Handle: service.Answer(s.updateBranch)},
			{Name: "DeleteBranch", Method: "DELETE", Path: branch, Action: "amplify:DeleteBranch", Resource: branchARN,
				Handle: service.Answer(s.removeBranch)},
			{Name: "CreateBackendEnvironment", Method: "POST", Path: app + "/backendenvironments"},
			{Name: "ListBackendEnvironments", Method: "GET", Path: app + "/backendenvironments"},
			{Name: "GetBackendEnvironment", Method: "GET", Path: app + "/backendenvironments/{environmentName}"},
			{Name: "DeleteBackendEnvironment", Method: "DELETE", Path: app + "/backendenvironments/{environmentName}"},
			{Name: "CreateDeployment", Method: "POST", Path: branch + "/deployments"},
			{Name: "StartDeployment", Method: "POST", Path: branch + "/deployments/start"},
			{Name: "CreateDomainAssociation", Method: "POST", Path: app + "/domains"},
			{Name: "ListDomainAssociations", Method: "GET", Path: app + "/domains"},
			{Name: "GetDomainAssociation", Method: "GET", Path: app + "/domains/{domainName}"},
			{Name: "UpdateDomainAssociation", Method: "POST", Path: app + "/domains/{domainName}"},
			{Name: "DeleteDomainAssociation", Method: "DELETE", Path: app + "/domains/{domainName}"},
			{Name: "CreateWebhook", Method: "POST", Path: app + "/webhooks"},
			{Name: "ListWebhooks", Method: "GET", Path: app + "/webhooks"},
			{Name: "GetWebhook", Method: "GET", Path: "/webhooks/{webhookId}"},
			{Name: "UpdateWebhook", Method: "POST", Path: "/webhooks/{webhookId}"},
			{Name: "DeleteWebhook", Method: "DELETE", Path: "/webhooks/{webhookId}"},
			{Name: "GenerateAccessLogs", Method: "POST", Path: app + "/accesslogs"},
			{Name: "GetArtifactUrl", Method: "GET", Path: "/artifacts/{artifactId}"},
			{Name: "StartJob", Method: "POST", Path: branch + "/jobs"},
			{Name: "ListJobs", Method: "GET", Path: branch + "/jobs"},
			{Name: "GetJob", Method: "GET", Path: branch + "/jobs/{jobId}"},
			{Name: "DeleteJob", Method: "DELETE", Path: branch + "/jobs/{jobId}"},
			{Name: "StopJob", Method: "DELETE", Path: branch + "/jobs/{jobId}/stop"},
			{Name: "ListArtifacts", Method: "GET", Path: branch + "/jobs/{jobId}/artifacts"},
			{Name: "ListTagsForResource", Method: "GET", Path: "/tags/{resourceArn}"},
			{Name: "TagResource", Method: "POST", Path: "/tags/{resourceArn}"},
			{Name: "UntagResource", Method: "DELETE", Path: "/tags/{resourceArn}"},
		},
	}
}

const amplifyPrincipal = "amplify.amazonaws.com"

type apps struct{ service.Regional[*amplifyApp] }

type amplifyApp struct {
	id, arn          string
	created, updated time.Time
	settings         appSettings
	branches         map[string]*amplifyBranch
}

type amplifyBranch struct {
	arn              string
	created, updated time.Time
	settings         branchSettings
}

// appSettings are the members of an app that a caller sets.
type appSettings struct {
	Name                       string            `json:"name"`
	Description                string            `json:"description"`
	Repository                 string            `json:"repository"`
	Platform                   string            `json:"platform"`
	ComputeRoleArn             string            `json:"computeRoleArn,omitempty"`
	IamServiceRoleArn          string            `json:"iamServiceRoleArn,omitempty"`
	EnvironmentVariables       map[string]string `json:"environmentVariables"`
	BuildSpec                  string            `json:"buildSpec,omitempty"`
	CustomHeaders              string            `json:"customHeaders,omitempty"`
	EnableBasicAuth            bool              `json:"enableBasicAuth"`
	BasicAuthCredentials       string            `json:"basicAuthCredentials,omitempty"`
	EnableBranchAutoBuild      bool              `json:"enableBranchAutoBuild"`
	EnableBranchAutoDeletion   bool              `json:"enableBranchAutoDeletion"`
	EnableAutoBranchCreation   bool              `json:"enableAutoBranchCreation"`
	AutoBranchCreationPatterns []string          `json:"autoBranchCreationPatterns,omitempty"`
	AutoBranchCreationConfig   any               `json:"autoBranchCreationConfig,omitempty"`
	CacheConfig                any               `json:"cacheConfig,omitempty"`
	CustomRules                any               `json:"customRules,omitempty"`
	JobConfig                  any               `json:"jobConfig,omitempty"`
	Tags                       map[string]string `json:"tags,omitempty"`
	// Credentials of the repository, which Amplify never shows again.
	AccessToken *writeOnly `json:"accessToken,omitempty"`
	OauthToken  *writeOnly `json:"oauthToken,omitempty"`
}

// writeOnly is a member that is taken and forgotten.
type writeOnly struct{}

// UnmarshalJSON takes anything.
func (*writeOnly) UnmarshalJSON([]byte) error { return nil }

// branchSettings are the members of a branch that a caller sets. A branch has a
// compute role of its own, but no service role.
type branchSettings struct {
	BranchName                 string            `json:"branchName"`
	Description                string            `json:"description"`
	DisplayName                string            `json:"displayName"`
	Stage                      string            `json:"stage"`
	Framework                  string            `json:"framework"`
	ComputeRoleArn             string            `json:"computeRoleArn,omitempty"`
	EnvironmentVariables       map[string]string `json:"environmentVariables"`
	BuildSpec                  string            `json:"buildSpec,omitempty"`
	TTL                        string            `json:"ttl"`
	EnableAutoBuild            bool              `json:"enableAutoBuild"`
	EnableBasicAuth            bool              `json:"enableBasicAuth"`
	BasicAuthCredentials       string            `json:"basicAuthCredentials,omitempty"`
	EnableNotification         bool              `json:"enableNotification"`
	EnablePerformanceMode      bool              `json:"enablePerformanceMode"`
	EnablePullRequestPreview   bool              `json:"enablePullRequestPreview"`
	EnableSkewProtection       bool              `json:"enableSkewProtection"`
	PullRequestEnvironmentName string            `json:"pullRequestEnvironmentName,omitempty"`
	BackendEnvironmentArn      string            `json:"backendEnvironmentArn,omitempty"`
	Backend                    any               `json:"backend,omitempty"`
	Tags                       map[string]string `json:"tags,omitempty"`
}

func anyAppARN(c *service.Call) string    { return c.ARN("amplify", "apps/*") }
func appARN(c *service.Call) string       { return c.ARN("amplify", "apps/"+c.Input.Labels["appId"]) }
func anyBranchARN(c *service.Call) string { return appARN(c) + "/branches/*" }
func branchARN(c *service.Call) string {
	return appARN(c) + "/branches/" + c.Input.Labels["branchName"]
}

func badRequest(format string, args ...any) *service.Error {
	return service.Errorf("BadRequestException", format, args...)
}

// change is what was set before with the call's members over it.
func change[T any](c *service.Call, before T) (T, error) {
	var after T
	members, err := c.Members()
	if err != nil {
		return before, err
	}
	merged := map[string]json.RawMessage{}
	if err := json.Unmarshal(service.MustJSON(before), &merged); err != nil {
		return before, err
	}
	maps.Copy(merged, members)
	with := *c
	with.Input.Body = service.MustJSON(merged)
	err = with.Decode(&after)
	return after, err
}

// checkRole refuses a role that the caller may not pass, or that Amplify cannot
// assume: its trust policy must name amplify.amazonaws.com
// (https://docs.aws.amazon.com/amplify/latest/userguide/amplify-SSR-compute-role.html).
// That the call is refused is documented; code and text of the refusal are a
// guess, the text modelled on a build's (aws-amplify/amplify-hosting#3994).
func checkRole(c *service.Call, before, role, resource string) error {
	if role == "" || role == before {
		return nil
	}
	if len(role) > 1000 {
		return badRequest("1 validation error detected: a role's ARN has at most 1000 characters")
	}
	if err := c.Authorize("iam:PassRole", role,
		map[string]string{"iam:PassedToService": amplifyPrincipal, "iam:AssociatedResourceArn": resource}); err != nil {
		return err
	}
	if !c.Trusts(role, amplifyPrincipal, resource) {
		return badRequest("Unable to assume specified IAM Role. Please ensure the selected IAM Role has sufficient " +
			"permissions and the Trust Relationship is configured correctly.")
	}
	return nil
}

func (s *apps) find(c *service.Call) (*amplifyApp, error) {
	if a := s.Of(c)[c.Input.Labels["appId"]]; a != nil {
		return a, nil
	}
	return nil, service.NotFoundf("NotFoundException", "App %s not found.", c.Input.Labels["appId"])
}

func (s *apps) findBranch(c *service.Call) (*amplifyApp, *amplifyBranch, error) {
	a, err := s.find(c)
	if err != nil {
		return nil, nil, err
	}
	if b := a.branches[c.Input.Labels["branchName"]]; b != nil {
		return a, b, nil
	}
	return nil, nil, service.NotFoundf("NotFoundException", "Branch %s not found for app %s.",
		c.Input.Labels["branchName"], a.id)
}

func (in *appSettings) check(c *service.Call, before *appSettings, arn string) error {
	if in.Name == "" {
		return badRequest("1 validation error detected: name is needed")
	}
	if !slices.Contains([]string{"WEB", "WEB_DYNAMIC", "WEB_COMPUTE"}, in.Platform) {
		return badRequest("1 validation error detected: Value '%s' at 'platform' failed to satisfy constraint: Member "+
			"must satisfy enum value set: [WEB, WEB_DYNAMIC, WEB_COMPUTE]", in.Platform)
	}
	if err := checkRole(c, before.ComputeRoleArn, in.ComputeRoleArn, arn); err != nil {
		return err
	}
	return checkRole(c, before.IamServiceRoleArn, in.IamServiceRoleArn, arn)
}

func (s *apps) create(c *service.Call) (*appResult, error) {
	in, err := change(c, appSettings{Platform: "WEB", EnvironmentVariables: map[string]string{}})
	if err != nil {
		return nil, err
	}
	in.AccessToken, in.OauthToken = nil, nil
	a := &amplifyApp{id: "d" + service.RandomText(service.LowerDigits, 13), created: c.Now, updated: c.Now,
		settings: in,
		branches: map[string]*amplifyBranch{}}
	a.arn = c.ARN("amplify", "apps/"+a.id)
	if err := in.check(c, &appSettings{}, a.arn); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	s.Of(c)[a.id] = a
	return a.out(), nil
}

type appResult struct {
	App shownApp `json:"app"`
}

type shownApp struct {
	AppArn                     string            `json:"appArn"`
	AppID                      string            `json:"appId"`
	AutoBranchCreationConfig   any               `json:"autoBranchCreationConfig,omitempty"`
	AutoBranchCreationPatterns []string          `json:"autoBranchCreationPatterns,omitempty"`
	BasicAuthCredentials       string            `json:"basicAuthCredentials,omitempty"`
	BuildSpec                  string            `json:"buildSpec,omitempty"`
	CacheConfig                any               `json:"cacheConfig,omitempty"`
	ComputeRoleArn             string            `json:"computeRoleArn,omitempty"`
	CreateTime                 float64           `json:"createTime"`
	CustomHeaders              string            `json:"customHeaders,omitempty"`
	CustomRules                any               `json:"customRules,omitempty"`
	DefaultDomain              string            `json:"defaultDomain"`
	Description                string            `json:"description"`
	EnableAutoBranchCreation   bool              `json:"enableAutoBranchCreation"`
	EnableBasicAuth            bool              `json:"enableBasicAuth"`
	EnableBranchAutoBuild      bool              `json:"enableBranchAutoBuild"`
	EnableBranchAutoDeletion   bool              `json:"enableBranchAutoDeletion"`
	EnvironmentVariables       map[string]string `json:"environmentVariables"`
	IamServiceRoleArn          string            `json:"iamServiceRoleArn,omitempty"`
	JobConfig                  any               `json:"jobConfig,omitempty"`
	Name                       string            `json:"name"`
	Platform                   string            `json:"platform"`
	Repository                 string            `json:"repository"`
	Tags                       map[string]string `json:"tags,omitempty"`
	UpdateTime                 float64           `json:"updateTime"`
}

func (a *amplifyApp) show() shownApp {
	x := &a.settings
	return shownApp{
		AppArn: a.arn, AppID: a.id, DefaultDomain: a.id + ".amplifyapp.com",
		CreateTime: service.Epoch(a.created), UpdateTime: service.Epoch(a.updated),

		Name: x.Name, Description: x.Description, Repository: x.Repository, Platform: x.Platform,
		ComputeRoleArn: x.ComputeRoleArn, IamServiceRoleArn: x.IamServiceRoleArn,
		EnvironmentVariables: x.EnvironmentVariables, BuildSpec: x.BuildSpec, CustomHeaders: x.CustomHeaders,
		EnableBasicAuth: x.EnableBasicAuth, BasicAuthCredentials: x.BasicAuthCredentials,
		EnableBranchAutoBuild: x.EnableBranchAutoBuild, EnableBranchAutoDeletion: x.EnableBranchAutoDeletion,
		EnableAutoBranchCreation:   x.EnableAutoBranchCreation,
		AutoBranchCreationPatterns: x.AutoBranchCreationPatterns, AutoBranchCreationConfig: x.AutoBranchCreationConfig,
		CacheConfig: x.CacheConfig, CustomRules: x.CustomRules, JobConfig: x.JobConfig, Tags: x.Tags,
	}
}

func (a *amplifyApp) out() *appResult { return &appResult{a.show()} }

func (s *apps) get(c *service.Call) (*appResult, error) {
	s.Lock()
	defer s.Unlock()
	a, err := s.find(c)
	if err != nil {
		return nil, err
	}
	return a.out(), nil
}

func (s *apps) update(c *service.Call) (*appResult, error) {
	s.Lock()
	defer s.Unlock()
	a, err := s.find(c)
	if err != nil {
		return nil, err
	}
	in, err := change(c, a.settings)
	if err != nil {
		return nil, err
	}
	if err := in.check(c, &a.settings, a.arn); err != nil {
		return nil, err
	}
	in.AccessToken, in.OauthToken = nil, nil
	a.settings, a.updated = in, c.Now
	return a.out(), nil
}

func (s *apps) remove(c *service.Call) (*appResult, error) {
	s.Lock()
	defer s.Unlock()
	a, err := s.find(c)
	if err != nil {
		return nil, err
	}
	delete(s.Of(c), a.id)
	return a.out(), nil
}

type appList struct {
	Apps      []shownApp `json:"apps"`
	NextToken string     `json:"nextToken,omitempty"`
}

func (s *apps) list(c *service.Call) (*appList, error) {
	s.Lock()
	defer s.Unlock()
	found := []shownApp{}
	for _, id := range slices.Sorted(maps.Keys(s.Of(c))) {
		found = append(found, s.Of(c)[id].show())
	}
	some, next, err := page(c, found)
	return &appList{some, next}, err
}

// page cuts a list: maxResults is 50 at most, nextToken where to go on.
func page[T any](c *service.Call, found []T) (some []T, next string, err error) {
	skip, err := strconv.Atoi("0" + c.Input.Query.Get("nextToken"))
	size, err2 := strconv.Atoi("0" + c.Input.Query.Get("maxResults"))
	if err != nil || err2 != nil || size > 50 {
		return nil, "", badRequest("1 validation error detected: maxResults must be from 0 to 50, " +
			"and nextToken one that a list returned")
	}
	if size == 0 {
		size = 50
	}
	if skip+size < len(found) {
		next = strconv.Itoa(skip + size)
	}
	return service.Page(found, skip, size), next, nil
}
