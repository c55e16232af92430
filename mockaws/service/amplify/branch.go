package amplify

import (
	"maps"
	"slices"

	"github.com/hostproof/hostproof/mockaws/service"
)

func (s *apps) createBranch(c *service.Call) (*branchResult, error) {
	in, err := change(c, branchSettings{Stage: "NONE", TTL: "5", EnvironmentVariables: map[string]string{},
		EnableAutoBuild: true})
	if err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	a, err := s.find(c)
	if err != nil {
		return nil, err
	}
	b := &amplifyBranch{arn: a.arn + "/branches/" + in.BranchName, created: c.Now, updated: c.Now, settings: in}
	switch {
	case in.BranchName == "":
		return nil, badRequest("1 validation error detected: branchName is needed")
	case a.branches[in.BranchName] != nil:
		return nil, badRequest("Branch %s already exists for app %s.", in.BranchName, a.id)
	}
	if b.settings.DisplayName == "" {
		b.settings.DisplayName = in.BranchName
	}
	if err := checkRole(c, "", in.ComputeRoleArn, b.arn); err != nil {
		return nil, err
	}
	a.branches[in.BranchName] = b
	return b.out(), nil
}

type branchResult struct {
	Branch shownBranch `json:"branch"`
}

type shownBranch struct {
	ActiveJobID                string            `json:"activeJobId"`
	Backend                    any               `json:"backend,omitempty"`
	BackendEnvironmentArn      string            `json:"backendEnvironmentArn,omitempty"`
	BasicAuthCredentials       string            `json:"basicAuthCredentials,omitempty"`
	BranchArn                  string            `json:"branchArn"`
	BranchName                 string            `json:"branchName"`
	BuildSpec                  string            `json:"buildSpec,omitempty"`
	ComputeRoleArn             string            `json:"computeRoleArn,omitempty"`
	CreateTime                 float64           `json:"createTime"`
	CustomDomains              []string          `json:"customDomains"`
	Description                string            `json:"description"`
	DisplayName                string            `json:"displayName"`
	EnableAutoBuild            bool              `json:"enableAutoBuild"`
	EnableBasicAuth            bool              `json:"enableBasicAuth"`
	EnableNotification         bool              `json:"enableNotification"`
	EnablePerformanceMode      bool              `json:"enablePerformanceMode"`
	EnablePullRequestPreview   bool              `json:"enablePullRequestPreview"`
	EnableSkewProtection       bool              `json:"enableSkewProtection"`
	EnvironmentVariables       map[string]string `json:"environmentVariables"`
	Framework                  string            `json:"framework"`
	PullRequestEnvironmentName string            `json:"pullRequestEnvironmentName,omitempty"`
	Stage                      string            `json:"stage"`
	Tags                       map[string]string `json:"tags,omitempty"`
	TotalNumberOfJobs          string            `json:"totalNumberOfJobs"`
	TTL                        string            `json:"ttl"`
	UpdateTime                 float64           `json:"updateTime"`
}

func (b *amplifyBranch) show() shownBranch {
	x := &b.settings
	return shownBranch{
		BranchArn: b.arn, CreateTime: service.Epoch(b.created), UpdateTime: service.Epoch(b.updated),
		CustomDomains: []string{}, TotalNumberOfJobs: "0",

		BranchName: x.BranchName, Description: x.Description, DisplayName: x.DisplayName, Stage: x.Stage,
		Framework: x.Framework, ComputeRoleArn: x.ComputeRoleArn, EnvironmentVariables: x.EnvironmentVariables,
		BuildSpec: x.BuildSpec, TTL: x.TTL, EnableAutoBuild: x.EnableAutoBuild,
		EnableBasicAuth: x.EnableBasicAuth, BasicAuthCredentials: x.BasicAuthCredentials,
		EnableNotification: x.EnableNotification, EnablePerformanceMode: x.EnablePerformanceMode,
		EnablePullRequestPreview: x.EnablePullRequestPreview, EnableSkewProtection: x.EnableSkewProtection,
		PullRequestEnvironmentName: x.PullRequestEnvironmentName, BackendEnvironmentArn: x.BackendEnvironmentArn,
		Backend: x.Backend, Tags: x.Tags,
	}
}

func (b *amplifyBranch) out() *branchResult { return &branchResult{b.show()} }

func (s *apps) getBranch(c *service.Call) (*branchResult, error) {
	s.Lock()
	defer s.Unlock()
	_, b, err := s.findBranch(c)
	if err != nil {
		return nil, err
	}
	return b.out(), nil
}

func (s *apps) updateBranch(c *service.Call) (*branchResult, error) {
	s.Lock()
	defer s.Unlock()
	_, b, err := s.findBranch(c)
	if err != nil {
		return nil, err
	}
	in, err := change(c, b.settings)
	if err != nil {
		return nil, err
	}
	if err := checkRole(c, b.settings.ComputeRoleArn, in.ComputeRoleArn, b.arn); err != nil {
		return nil, err
	}
	b.settings, b.updated = in, c.Now
	return b.out(), nil
}

func (s *apps) removeBranch(c *service.Call) (*branchResult, error) {
	s.Lock()
	defer s.Unlock()
	a, b, err := s.findBranch(c)
	if err != nil {
		return nil, err
	}
	delete(a.branches, b.settings.BranchName)
	return b.out(), nil
}

type branchList struct {
	Branches  []shownBranch `json:"branches"`
	NextToken string        `json:"nextToken,omitempty"`
}

func (s *apps) listBranches(c *service.Call) (*branchList, error) {
	s.Lock()
	defer s.Unlock()
	a, err := s.find(c)
	if err != nil {
		return nil, err
	}
	found := []shownBranch{}
	for _, name := range slices.Sorted(maps.Keys(a.branches)) {
		found = append(found, a.branches[name].show())
	}
	some, next, err := page(c, found)
	return &branchList{some, next}, err
}
