package ssm

import (
	"cmp"
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is the Parameter Store of AWS Systems Manager. Where a text of an error
// names no source, the code is of the service's model and the wording ours.
func New(keys service.KeyUser) *service.Service {
	s := &parameters{keys: keys}
	return &service.Service{
		ID: "SSM", EndpointPrefix: "ssm", SigningName: "ssm", TargetPrefix: "AmazonSSM",
		Dialect:    protocol.Dialect{Protocol: protocol.JSON11, Errors: protocol.Tabulate(protocol.JSONRows)},
		SkewWindow: 5 * time.Minute, EventSource: "ssm.amazonaws.com",
		Operations: []service.Operation{
			{Name: "GetParameter", Action: "ssm:GetParameter", Resource: parameterARN, ReadOnly: true,
				Handle: service.Handle(s.get)},
			{Name: "GetParameters", Action: "ssm:GetParameters", Resource: firstParameterARN, ReadOnly: true,
				Handle: service.Handle(s.getMany)},
			{Name: "GetParametersByPath", Action: "ssm:GetParametersByPath", Resource: pathARN, ReadOnly: true,
				Handle: service.Handle(s.byPath)},
			{Name: "PutParameter", Action: "ssm:PutParameter", Resource: parameterARN, Handle: service.Handle(s.put)},
			{Name: "DeleteParameter", Action: "ssm:DeleteParameter", Resource: parameterARN,
				Handle: service.Handle(s.remove)},
			{Name: "DeleteParameters", Action: "ssm:DeleteParameters", Resource: firstParameterARN,
				Handle: service.Handle(s.removeMany)},
			{Name: "DescribeParameters", Action: "ssm:DescribeParameters", ReadOnly: true,
				Handle: service.Handle(s.describe)},
		},
	}
}

type parameters struct {
	service.Regional[*parameter]
	keys service.KeyUser
}

type parameter struct {
	name, kind, keyID, description, dataType, tier string
	author                                         string
	values                                         []parameterVersion
}

type parameterVersion struct {
	value string
	at    time.Time
}

// parameterARNOf drops the slash that a hierarchical name begins with
// (https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html).
func parameterARNOf(c *service.Call, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	name, _ = splitSelector(name)
	return c.ARN("ssm", "parameter/"+strings.TrimPrefix(name, "/"))
}

func parameterARN(c *service.Call) string { return parameterARNOf(c, c.Text("Name")) }

// pathARN keeps a slash at the end
// (aws-ia/terraform-aws-control_tower_account_factory#174).
func pathARN(c *service.Call) string { return parameterARNOf(c, c.Text("Path")) }

// firstParameterARN is what the pipeline asks for; the handler asks for the
// other names.
func firstParameterARN(c *service.Call) string {
	var in struct{ Names []string }
	_ = c.Peek(&in) // the handler decodes again and says what is wrong
	if len(in.Names) == 0 {
		return "*"
	}
	return parameterARNOf(c, in.Names[0])
}

// splitSelector cuts a version off a name: "name:3".
func splitSelector(name string) (base, selector string) {
	base, selector, _ = strings.Cut(name, ":")
	return base, selector
}

var parameterName = regexp.MustCompile(`^[a-zA-Z0-9_.\-/]+$`)

func isParameterName(name string) bool { return len(name) <= 2048 && parameterName.MatchString(name) }

// find looks up a name, a name with a version, or an ARN.
func (s *parameters) find(c *service.Call, name string) (p *parameter, version int, err error) {
	in := s.Of(c)
	if parts := strings.SplitN(name, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		in = s.In(parts[4], parts[3])
		name = strings.TrimPrefix(parts[5], "parameter")
		if base, _ := splitSelector(name); in[base] == nil {
			name = strings.TrimPrefix(name, "/")
		}
	}
	base, selector := splitSelector(name)
	if p = in[base]; p == nil {
		// Without a message (aws/aws-cdk#1621, aws/aws-sdk-js#4330).
		return nil, 0, service.Errorf("ParameterNotFound", "")
	}
	if selector == "" {
		return p, len(p.values), nil
	}
	version, err = strconv.Atoi(selector)
	if err != nil || version < 1 || version > len(p.values) {
		return nil, 0, service.Errorf("ParameterVersionNotFound",
			"Systems Manager could not find version %s of %s. Verify the version and try again.", selector, base)
	}
	return p, version, nil
}

const secureString = "SecureString"

// shownParameter is a parameter with its value.
type shownParameter struct {
	ARN              string
	DataType         string
	LastModifiedDate float64
	Name             string
	Type             string
	Value            string
	Version          int
}

func (s *parameters) out(c *service.Call, p *parameter, version int, decrypt bool) (*shownParameter, error) {
	v := &p.values[version-1]
	value := v.value
	if p.kind == secureString {
		if decrypt {
			if err := s.mayDecrypt(c, p); err != nil {
				return nil, err
			}
		} else {
			value = base64.StdEncoding.EncodeToString([]byte("encrypted:" + service.Fingerprint(value)))
		}
	}
	return &shownParameter{
		Name: p.name, Type: p.kind, Value: value, Version: version, DataType: p.dataType,
		ARN: parameterARNOf(c, p.name), LastModifiedDate: service.Epoch(v.at),
	}, nil
}

// mayDecrypt: a key of one's own takes kms:Decrypt, AWS's key aws/ssm does not
// (https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html).
func (s *parameters) mayDecrypt(c *service.Call, p *parameter) error {
	if p.keyID == "" || strings.HasSuffix(p.keyID, "alias/aws/ssm") {
		return nil
	}
	return s.keys.MayUse(c, "kms:Decrypt", p.keyID, "ssm")
}

type getInput struct {
	Name           string
	WithDecryption bool
}

type getOutput struct{ Parameter *shownParameter }

func (s *parameters) get(c *service.Call, in *getInput) (*getOutput, error) {
	s.Lock()
	defer s.Unlock()
	p, v, err := s.find(c, in.Name)
	if err != nil {
		return nil, err
	}
	out, err := s.out(c, p, v, in.WithDecryption)
	if err != nil {
		return nil, err
	}
	return &getOutput{out}, nil
}

type getManyInput struct {
	Names          []string
	WithDecryption bool
}

type getManyOutput struct {
	InvalidParameters []string
	Parameters        []*shownParameter
}

func (s *parameters) getMany(c *service.Call, in *getManyInput) (*getManyOutput, error) {
	if err := checkNames(c, in.Names); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	all := &getManyOutput{InvalidParameters: []string{}, Parameters: []*shownParameter{}}
	for _, name := range in.Names {
		p, v, err := s.find(c, name)
		if err != nil {
			all.InvalidParameters = append(all.InvalidParameters, name)
			continue
		}
		out, err := s.out(c, p, v, in.WithDecryption)
		if err != nil {
			return nil, err
		}
		all.Parameters = append(all.Parameters, out)
	}
	return all, nil
}

// checkNames bounds a list and asks IAM for each of its names.
func checkNames(c *service.Call, names []string) error {
	if len(names) == 0 || len(names) > 10 {
		return service.Errorf("ValidationException",
			"1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have "+
				"length between 1 "+
				"and 10")
	}
	for _, name := range names {
		if err := c.Authorize(c.Operation.Action, parameterARNOf(c, name), nil); err != nil {
			return err
		}
	}
	return nil
}

type byPathInput struct {
	Path, NextToken           string
	Recursive, WithDecryption bool
	MaxResults                int
}

func (s *parameters) byPath(c *service.Call, in *byPathInput) (*parameterPage[*shownParameter], error) {
	if !strings.HasPrefix(in.Path, "/") || !isParameterName(in.Path) {
		return nil, service.Errorf("ValidationException",
			"The parameter doesn't meet the parameter name requirements. The parameter name must begin with a "+
				"forward slash "+
				"\"/\".")
	}
	prefix := strings.TrimSuffix(in.Path, "/") + "/"
	s.Lock()
	defer s.Unlock()
	found := []*shownParameter{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok || strings.Contains(rest, "/") && !in.Recursive {
			continue
		}
		p := s.Of(c)[name]
		out, err := s.out(c, p, len(p.values), in.WithDecryption)
		if err != nil {
			return nil, err
		}
		found = append(found, out)
	}
	return pageOf(found, in.NextToken, in.MaxResults, 10)
}

type parameterPage[T any] struct {
	NextToken  string `json:",omitempty"`
	Parameters []T
}

func pageOf[T any](found []T, token string, size, most int) (*parameterPage[T], error) {
	skip, err := strconv.Atoi("0" + token)
	if err != nil {
		return nil, service.Errorf("InvalidNextToken", "The specified token is not valid.")
	}
	if size < 0 || size > most {
		return nil, service.Errorf("ValidationException", "1 validation error detected: Value '%d' at 'maxResults' "+
			"failed to satisfy constraint: Member must have value less than or equal to %d", size, most)
	}
	if size == 0 {
		size = most
	}
	out := &parameterPage[T]{Parameters: service.Page(found, skip, size)}
	if skip+size < len(found) {
		out.NextToken = strconv.Itoa(skip + size)
	}
	return out, nil
}

type putInput struct {
	Name, Value, Type, KeyId, Description, DataType, Tier string
	Overwrite                                             bool
	Tags                                                  service.Ignored
}

type putOutput struct {
	Tier    string
	Version int
}

func (s *parameters) put(c *service.Call, in *putInput) (*putOutput, error) {
	if !isParameterName(in.Name) || strings.Contains(in.Name, "/") && !strings.HasPrefix(in.Name, "/") {
		return nil, service.Errorf("ValidationException",
			"Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can "+
				"consist of "+
				"sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and "+
				"the following "+
				"3 symbols .-_")
	}
	if in.Value == "" || len(in.Value) > 8192 {
		return nil, service.Errorf("ValidationException",
			"1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have "+
				"length between 1 "+
				"and 8192")
	}
	s.Lock()
	defer s.Unlock()
	p := s.Of(c)[in.Name]
	switch {
	case p == nil && in.Type == "":
		return nil, service.Errorf("ValidationException", "A parameter type is required when you create a parameter.")
	case p == nil:
		if !slices.Contains([]string{"String", "StringList", secureString}, in.Type) {
			return nil, service.Errorf("ValidationException",
				"1 validation error detected: Value '%s' at 'type' failed to satisfy constraint: Member must satisfy "+
					"enum value "+
					"set: [SecureString, StringList, String]", in.Type)
		}
		p = &parameter{name: in.Name, kind: in.Type, dataType: "text", tier: "Standard"}
		s.Of(c)[in.Name] = p
	case !in.Overwrite:
		return nil, service.Errorf("ParameterAlreadyExists",
			"The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
	case in.Type != "":
		p.kind = in.Type
	}
	p.change(in.KeyId, in.Description, in.DataType, in.Tier)
	p.author = c.Caller.Principal.ARN
	p.values = append(p.values, parameterVersion{in.Value, c.Now})
	return &putOutput{p.tier, len(p.values)}, nil
}

func (p *parameter) change(keyID, description, dataType, tier string) {
	for _, set := range []struct{ to, value *string }{
		{&p.keyID, &keyID}, {&p.description, &description}, {&p.dataType, &dataType}, {&p.tier, &tier},
	} {
		if *set.value != "" {
			*set.to = *set.value
		}
	}
}

type removeInput struct{ Name string }

func (s *parameters) remove(c *service.Call, in *removeInput) (*service.Nothing, error) {
	s.Lock()
	defer s.Unlock()
	p, _, err := s.find(c, in.Name)
	if err != nil {
		return nil, err
	}
	delete(s.Of(c), p.name)
	return nil, nil
}

type removeManyInput struct{ Names []string }

type removeManyOutput struct{ DeletedParameters, InvalidParameters []string }

func (s *parameters) removeMany(c *service.Call, in *removeManyInput) (*removeManyOutput, error) {
	if err := checkNames(c, in.Names); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	out := &removeManyOutput{[]string{}, []string{}}
	for _, name := range in.Names {
		if p, _, err := s.find(c, name); err == nil {
			delete(s.Of(c), p.name)
			out.DeletedParameters = append(out.DeletedParameters, name)
		} else {
			out.InvalidParameters = append(out.InvalidParameters, name)
		}
	}
	return out, nil
}

type describeInput struct {
	NextToken  string
	MaxResults int
}

// describedParameter is a parameter without its value.
type describedParameter struct {
	ARN              string
	DataType         string
	KeyId            string `json:",omitempty"`
	LastModifiedDate float64
	LastModifiedUser string
	Name             string
	Tier             string
	Type             string
	Version          int
}

func (s *parameters) describe(c *service.Call, in *describeInput) (*parameterPage[describedParameter], error) {
	s.Lock()
	defer s.Unlock()
	found := []describedParameter{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		p := s.Of(c)[name]
		entry := describedParameter{
			Name: p.name, ARN: parameterARNOf(c, p.name), Type: p.kind, DataType: p.dataType, Tier: p.tier,
			Version:          len(p.values),
			LastModifiedDate: service.Epoch(p.values[len(p.values)-1].at), LastModifiedUser: p.author,
		}
		if p.kind == secureString {
			entry.KeyId = cmp.Or(p.keyID, "alias/aws/ssm")
		}
		found = append(found, entry)
	}
	return pageOf(found, in.NextToken, in.MaxResults, 50)
}
