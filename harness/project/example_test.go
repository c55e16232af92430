package project_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/project"
)

// What a programs file says under "project" is what these flags say.
func ExampleProject_Flags() {
	var p project.Project
	text := "{set: {STAGE: prod}, roles: {task: [\"s3:*\"]}, lifetime: {metadata: 10m}}"
	if err := project.Decode([]byte(text), &p); err != nil {
		fmt.Println(err)
	}
	for _, flag := range p.Flags() {
		fmt.Println(flag)
	}
	// Output:
	// --role 'task={"allow":["s3:*"]}'
	// --set STAGE=prod
	// --lifetime metadata=10m0s
}

// An unknown key is an error that names the known ones.
func ExampleDecode() {
	var u project.User
	fmt.Println(project.Decode([]byte("{nam: ci}"), &u))
	// Output:
	// line 1: there is no key "nam" here; the keys are name, allow, deny, policies, key, bearer, example
}

func ExampleProject_Over() {
	app := project.Project{Buckets: []string{"uploads"}, Lifetime: map[string]time.Duration{"metadata": time.Hour}}
	today := project.Project{Buckets: []string{"more"}, Lifetime: map[string]time.Duration{"metadata": time.Minute}}
	fmt.Println(strings.Join(today.Over(app).Flags(), "\n"))
	// Output:
	// --bucket uploads
	// --bucket more
	// --lifetime metadata=1m0s
}
