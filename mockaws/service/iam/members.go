package iam

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
)

// The kinds of members that IAM's calls have. Each reads itself from the form of a
// call, and what is wrong with it is refused in AWS's words.

// required is a text that a call must have.
type required string

// ReadForm reads the text.
func (v *required) ReadForm(c *service.Call, name string) error {
	text, err := requiredMember(c, name)
	*v = required(text)
	return err
}

// name64 is a required name of at most 64 characters.
type name64 string

// ReadForm reads the name.
func (v *name64) ReadForm(c *service.Call, name string) error {
	text, err := nameMember(c, name, 64)
	*v = name64(text)
	return err
}

// name128 is a required name of at most 128 characters.
type name128 string

// ReadForm reads the name.
func (v *name128) ReadForm(c *service.Call, name string) error {
	text, err := nameMember(c, name, 128)
	*v = name128(text)
	return err
}

// path is an optional path, "/team/".
type path string

// ReadForm reads the path.
func (v *path) ReadForm(c *service.Call, name string) error {
	text, err := pathMember(c, name)
	*v = path(text)
	return err
}

// pathPrefix limits a list; "/" is everything.
type pathPrefix string

// ReadForm reads the prefix.
func (v *pathPrefix) ReadForm(c *service.Call, name string) error {
	text := c.Input.Form.Get(name)
	if text != "" && text[0] != '/' {
		return service.Errorf("ValidationError", "The specified value for pathPrefix is invalid. "+
			"It must begin with the / character and contain only alphanumeric characters and/or / characters.")
	}
	*v = pathPrefix(text)
	return nil
}

// policyARN is the ARN of a managed policy that a call must name.
type policyARN string

// ReadForm reads the ARN.
func (v *policyARN) ReadForm(c *service.Call, name string) error {
	arn, err := requiredMember(c, name)
	if err == nil && !strings.HasPrefix(arn, "arn:") {
		// localstack/localstack tests/aws/services/iam/test_iam.snapshot.json, recorded from AWS.
		err = &service.Error{Code: "ValidationError", Message: "Invalid ARN:  Could not be parsed!"}
	}
	*v = policyARN(arn)
	return err
}

// keyStatus is the status of keys and credentials.
type keyStatus iam.KeyStatus

// ReadForm reads the status.
func (v *keyStatus) ReadForm(c *service.Call, name string) error {
	text, err := requiredMember(c, name)
	if err == nil && text != string(iam.KeyIsActive) && text != string(iam.KeyIsInactive) {
		err = broken(text, "status", "Member must satisfy enum value set: [Active, Inactive]")
	}
	*v = keyStatus(text)
	return err
}

// sessionSeconds is how long the sessions of a role may last; value is nil where the
// call does not say it.
type sessionSeconds struct{ value *int }

const leastSession, mostSession = 3600, 43200 // seconds

// ReadForm reads the number.
func (v *sessionSeconds) ReadForm(c *service.Call, name string) (err error) {
	v.value, err = wholeNumber(c.Input.Form.Get(name), name, leastSession, mostSession)
	return err
}

// tags are the member Tags, read up to the first one without a key.
type tags []iam.Tag

// ReadForm reads the tags.
func (v *tags) ReadForm(c *service.Call, name string) error {
	*v = tagsOf(c, name)
	return nil
}

func tagsOf(c *service.Call, name string) (list []iam.Tag) {
	for i := 1; ; i++ {
		at := name + ".member." + strconv.Itoa(i)
		if !c.Input.Form.Has(at + ".Key") {
			return list
		}
		list = append(list, iam.Tag{Key: c.Input.Form.Get(at + ".Key"), Value: c.Input.Form.Get(at + ".Value")})
	}
}

// contextEntries are the condition keys that a simulation is given.
type contextEntries map[string][]string

// ReadForm reads the keys and their values.
func (v *contextEntries) ReadForm(c *service.Call, name string) error {
	*v = contextEntries{}
	for i := 1; ; i++ {
		at := name + ".member." + strconv.Itoa(i) + "."
		if !c.Input.Form.Has(at + "ContextKeyName") {
			return nil
		}
		(*v)[c.Input.Form.Get(at+"ContextKeyName")] = c.FormTexts(at + "ContextKeyValues")
	}
}

// namedUser is a user whom a call must name.
type namedUser struct{ iam.Entity }

// ReadForm reads the name.
func (v *namedUser) ReadForm(c *service.Call, name string) error {
	text, err := nameMember(c, name, 128)
	v.Entity = iam.UserOf(c.Account(), text)
	return err
}

// MemberName is the member that names a user.
func (namedUser) MemberName() string { return "UserName" }

func (v namedUser) entity() iam.Entity { return v.Entity }

// namedRole is a role that a call must name.
type namedRole struct{ iam.Entity }

// ReadForm reads the name.
func (v *namedRole) ReadForm(c *service.Call, name string) error {
	text, err := nameMember(c, name, 64)
	v.Entity = iam.RoleOf(c.Account(), text)
	return err
}

// MemberName is the member that names a role.
func (namedRole) MemberName() string { return "RoleName" }

func (v namedRole) entity() iam.Entity { return v.Entity }

// ownUser is the user of a call that may leave the name out: it is the caller then.
type ownUser struct{ iam.Entity }

// ReadForm reads the name.
func (v *ownUser) ReadForm(c *service.Call, name string) error {
	if c.Input.Form.Get(name) != "" {
		return (*namedUser)(v).ReadForm(c, name)
	}
	if c.Caller.Principal.Kind != iam.KindUser {
		return service.Errorf("ValidationError", "Must specify userName when calling with non-User credentials")
	}
	v.Entity = iam.UserOf(c.Account(), c.Caller.Principal.UserName)
	return nil
}

// namedProvider is a provider of the caller's account that a call must name.
type namedProvider struct{ *iam.OIDCProvider }

// ReadForm looks the provider up.
func (v *namedProvider) ReadForm(c *service.Call, name string) error {
	arn, err := requiredMember(c, name)
	if err != nil {
		return err
	}
	for _, p := range c.IAM.Providers(c.Account()) {
		if p.ARN == arn {
			v.OIDCProvider = p
			return nil
		}
	}
	return service.NotFoundf("NoSuchEntity", "OpenIDConnect Provider not found for arn %s", arn)
}

// paging is which part of a list a call asks for. It is checked after the list
// is found: an unknown owner of the list is refused first.
type paging struct{ Marker, MaxItems string }

// The constraints of IAM's members, with AWS's wording
// (aws/aws-sdk#36, hashicorp/terraform-provider-aws#16343).
var nameShape = regexp.MustCompile(`^[\w+=,.@-]+$`)

const nameRule = "It must contain only alphanumeric characters and/or the following: +=,.@_-"

// broken is AWS's message for a member outside of its bounds.
func broken(value, member, rule string) *service.Error {
	if value != "null" {
		value = "'" + value + "'"
	}
	return service.Errorf("ValidationError",
		"1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s", value, member, rule)
}

// requiredMember is a member that a call must have.
func requiredMember(c *service.Call, member string) (string, error) {
	if v := c.Input.Form.Get(member); v != "" {
		return v, nil
	}
	at := strings.ToLower(member[:1]) + member[1:]
	if c.Input.Form.Has(member) {
		return "", broken("", at, "Member must have length greater than or equal to 1")
	}
	return "", broken("null", at, "Member must not be null")
}

// nameMember is a required member that names something, of a length of at most limit.
func nameMember(c *service.Call, member string, limit int) (string, error) {
	v, err := requiredMember(c, member)
	at := strings.ToLower(member[:1]) + member[1:]
	switch {
	case err != nil:
		return "", err
	case len(v) > limit:
		return "", broken(v, at, "Member must have length less than or equal to "+strconv.Itoa(limit))
	case !nameShape.MatchString(v):
		return "", service.Errorf("ValidationError", "The specified value for %s is invalid. %s", at, nameRule)
	}
	return v, nil
}

// pathMember is the member Path, "" if it is absent.
func pathMember(c *service.Call, member string) (string, error) {
	v := c.Input.Form.Get(member)
	if v == "" || strings.HasPrefix(v, "/") && strings.HasSuffix(v, "/") && len(v) <= 512 && printable(v) {
		return v, nil
	}
	return "", service.Errorf("ValidationError", "The specified value for %s is invalid. "+
		"It must begin and end with / and contain only alphanumeric characters and/or / characters.",
		strings.ToLower(member[:1])+member[1:])
}

// printable: nothing but the characters from U+0021 to U+007F, which paths may have.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < 0x21 || r > 0x7f })
}

// wholeNumber reads an optional whole number, nil where the text is empty.
func wholeNumber(text, member string, least, most int) (*int, error) {
	if text == "" {
		return nil, nil
	}
	at := strings.ToLower(member[:1]) + member[1:]
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return nil, service.Errorf("MalformedInput", "Invalid value for %s", member)
	case n < least:
		return nil, broken(text, at, "Member must have value greater than or equal to "+strconv.Itoa(least))
	case n > most:
		return nil, broken(text, at, "Member must have value less than or equal to "+strconv.Itoa(most))
	}
	return &n, nil
}
