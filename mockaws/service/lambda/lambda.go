package lambda

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// New is AWS Lambda's API. It keeps functions but runs none: one that is
// invoked answers with the event it was given.
//
// Its front end sends bare error codes (erlcloud/erlcloud#690).
func New() *service.Service {
	s := &functions{}
	const v2015 = "/2015-03-31/functions"
	const one = v2015 + "/{FunctionName}"
	return &service.Service{
		ID: "Lambda", EndpointPrefix: "lambda", SigningName: "lambda",
		Dialect: protocol.Dialect{
			Protocol: protocol.RESTJSON, Errors: protocol.Tabulate(protocol.RESTJSONRows), Throttled: &throttled,
		},
		SkewWindow: 5 * time.Minute, Claims: []string{v2015}, EventSource: "lambda.amazonaws.com",
		Operations: []service.Operation{
			{Name: "Invoke", Method: "POST", Path: one + "/invocations", Action: "lambda:InvokeFunction",
				Resource: functionARN, DataEvent: true, Handle: service.Answer(s.invoke)},
			{Name: "ListFunctions", Method: "GET", Path: v2015, Action: "lambda:ListFunctions", ReadOnly: true,
				Handle: service.Answer(s.list)},
			{Name: "CreateFunction", Method: "POST", Path: v2015, Action: "lambda:CreateFunction",
				Resource: newFunctionARN,
				Handle:   service.Handle(s.create)},
			{Name: "GetFunction", Method: "GET", Path: one, Action: "lambda:GetFunction", Resource: functionARN,
				ReadOnly: true, Handle: service.Answer(s.get)},
			{Name: "GetFunctionConfiguration", Method: "GET", Path: one + "/configuration",
				Action: "lambda:GetFunctionConfiguration", Resource: functionARN, ReadOnly: true,
				Handle: service.Answer(s.configuration)},
			{Name: "DeleteFunction", Method: "DELETE", Path: one, Action: "lambda:DeleteFunction",
				Resource: functionARN,
				Handle:   service.Answer(s.remove)},
			{Name: "UpdateFunctionConfiguration", Method: "PUT", Path: one + "/configuration"},
			{Name: "UpdateFunctionCode", Method: "PUT", Path: one + "/code"},
			{Name: "PublishVersion", Method: "POST", Path: one + "/versions"},
			{Name: "AddPermission", Method: "POST", Path: one + "/policy"},
			{Name: "GetPolicy", Method: "GET", Path: one + "/policy"},
			{Name: "InvokeWithResponseStream", Method: "POST",
				Path: "/2021-11-15/functions/{FunctionName}/response-streaming-invocations"},
			{Name: "InvokeAsync", Method: "POST", Path: "/2014-11-13/functions/{FunctionName}/invoke-async"},
			{Name: "GetAccountSettings", Method: "GET", Path: "/2016-08-19/account-settings"},
		},
	}
}

type functions struct{ service.Regional[*function] }

type function struct {
	arn, name, role  string
	runtime, handler string
	description      string
	environment      map[string]string
	tags             map[string]string
	timeout, memory  int // seconds, MB
	code             []byte
	packageType      string
	imageURI         string
	modified         time.Time
	revision         string
}

// functionName takes a name, a partial ARN (111122223333:function:name) or an
// ARN, each with a qualifier or without.
var functionName = regexp.MustCompile(`^(?:arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):)?(?:(\d{12}):)?` +
	`(?:function:)?([a-zA-Z0-9-_]{1,64})(?::(\$LATEST|[a-zA-Z0-9-_]+))?$`)

// functionARNOf reads what a caller calls a function: its ARN with the
// qualifier, if one was given.
func functionARNOf(c *service.Call, name, qualifier string) (arn string, ok bool) {
	m := functionName.FindStringSubmatch(name)
	if m == nil {
		return "*", false
	}
	region, account := c.Region, c.Account()
	if m[1] != "" {
		region = m[1]
	}
	if m[2] != "" {
		account = m[2]
	}
	if qualifier == "" {
		qualifier = m[4]
	}
	arn = "arn:aws:lambda:" + region + ":" + account + ":function:" + m[3]
	if qualifier != "" {
		arn += ":" + qualifier
	}
	return arn, true
}

func functionARN(c *service.Call) string {
	arn, _ := functionARNOf(c, c.Input.Labels["FunctionName"], c.Input.Query.Get("Qualifier"))
	return arn
}

func newFunctionARN(c *service.Call) string {
	arn, _ := functionARNOf(c, c.Text("FunctionName"), "")
	return arn
}

// lambdaError is an error of the service's model, which says whose fault it is.
func lambdaError(status int, code, message string) *service.Error {
	return &service.Error{Code: code, Message: message, Status: status, MessageKey: "Message",
		Members: map[string]any{"Type": "User"}}
}

func (s *functions) find(c *service.Call) (*function, error) {
	arn, ok := functionARNOf(c, c.Input.Labels["FunctionName"], c.Input.Query.Get("Qualifier"))
	if !ok {
		return nil, service.Errorf("ValidationException",
			"1 validation error detected: Value '%s' at 'functionName' failed to satisfy constraint: Member "+
				"must satisfy "+
				"regular expression pattern: %s",
			c.Input.Labels["FunctionName"],
			`(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?`+
				`(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`)
	}
	p := strings.Split(arn, ":")
	f := s.In(p[4], p[3])[p[6]]
	if f == nil || len(p) > 7 && p[7] != "$LATEST" {
		// aarondfrancis/sidecar#23
		return nil, lambdaError(http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+arn)
	}
	return f, nil
}

// invocations are the answers by X-Amz-Invocation-Type
// (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
var invocations = map[string]func(event []byte) *protocol.Blob{
	"RequestResponse": func(event []byte) *protocol.Blob {
		return &protocol.Blob{ContentType: "application/json",
			Header: map[string]string{"X-Amz-Executed-Version": "$LATEST"}, Data: event}
	},
	"Event":  func([]byte) *protocol.Blob { return &protocol.Blob{Status: http.StatusAccepted} },
	"DryRun": func([]byte) *protocol.Blob { return &protocol.Blob{Status: http.StatusNoContent} },
}

const (
	maxEvent      = 6 << 20 // bytes, of a synchronous invocation
	maxAsyncEvent = 1 << 20
)

func (s *functions) invoke(c *service.Call) (*protocol.Blob, error) {
	kind := c.Input.Header.Get("X-Amz-Invocation-Type")
	if kind == "" {
		kind = "RequestResponse"
	}
	answer := invocations[kind]
	if answer == nil {
		return nil, lambdaError(400, "InvalidParameterValueException",
			"1 validation error detected: Value '"+kind+
				"' at 'invocationType' failed to satisfy constraint: Member must "+
				"satisfy enum value set: [Event, RequestResponse, DryRun]")
	}
	s.Lock()
	defer s.Unlock()
	if _, err := s.find(c); err != nil {
		return nil, err
	}
	event := c.Input.Body
	most := maxEvent
	if kind == "Event" {
		most = maxAsyncEvent
	}
	if len(event) > most {
		return nil, lambdaError(http.StatusRequestEntityTooLarge, "RequestTooLargeException",
			"Request must be smaller than "+strconv.Itoa(most)+" bytes for the InvokeFunction operation")
	}
	if len(event) == 0 {
		event = []byte("{}")
	}
	if !json.Valid(event) {
		return nil, lambdaError(400, "InvalidRequestContentException",
			"Could not parse request body into json: the event is not JSON")
	}
	out := answer(event)
	if kind == "RequestResponse" && c.Input.Header.Get("X-Amz-Log-Type") == "Tail" {
		log := "START RequestId: " + c.RequestID + " Version: $LATEST\nEND RequestId: " + c.RequestID + "\n"
		out.Header["X-Amz-Log-Result"] = base64.StdEncoding.EncodeToString([]byte(log))
	}
	return out, nil
}

type createFunctionInput struct {
	FunctionName, Role, Runtime, Handler, Description, PackageType string
	Code                                                           struct {
		ZipFile                          []byte
		ImageUri                         string
		S3Bucket, S3Key, S3ObjectVersion service.Ignored
	}
	Environment struct{ Variables map[string]string }
	Tags        map[string]string
	Timeout     int
	MemorySize  int
	// What changes nothing for a function that does not run.
	Architectures, Layers, Publish, TracingConfig, VpcConfig     service.Ignored
	DeadLetterConfig, EphemeralStorage, LoggingConfig, SnapStart service.Ignored
}

// reservedVariables are names that a function's configuration cannot set
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
var reservedVariables = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
	"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
	"AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN",
}

func (in *createFunctionInput) check(c *service.Call, arn string) error {
	var reserved []string
	for name := range in.Environment.Variables {
		if slices.Contains(reservedVariables, name) {
			reserved = append(reserved, name)
		}
	}
	if len(reserved) > 0 {
		slices.Sort(reserved)
		return lambdaError(400, "InvalidParameterValueException",
			"Lambda was unable to configure your environment variables because the environment variables you "+
				"have provided contains reserved keys that are currently not supported for modification. Reserved "+
				"keys used in this request: "+strings.Join(reserved, ", "))
	}
	if err := c.Authorize("iam:PassRole", in.Role,
		map[string]string{"iam:PassedToService": "lambda.amazonaws.com",
			"iam:AssociatedResourceArn": arn}); err != nil {
		return err
	}
	if !c.Trusts(in.Role, "lambda.amazonaws.com", arn) {
		// aws-amplify/amplify-cli#6825
		return lambdaError(400, "InvalidParameterValueException",
			"The role defined for the function cannot be assumed by Lambda.")
	}
	return nil
}

func (s *functions) create(c *service.Call, in *createFunctionInput) (*protocol.Document, error) {
	arn, ok := functionARNOf(c, in.FunctionName, "")
	if !ok || in.Role == "" {
		return nil, service.Errorf("ValidationException",
			"1 validation error detected: FunctionName and Role are required, and FunctionName has letters, "+
				"digits, - and _")
	}
	if err := in.check(c, arn); err != nil {
		return nil, err
	}
	s.Lock()
	defer s.Unlock()
	p := strings.Split(arn, ":")
	shelf := s.In(p[4], p[3])
	if shelf[p[6]] != nil {
		return nil, lambdaError(http.StatusConflict, "ResourceConflictException", "Function already exist: "+p[6])
	}
	f := &function{
		arn: arn, name: p[6], role: in.Role, runtime: in.Runtime, handler: in.Handler, description: in.Description,
		environment: in.Environment.Variables, tags: in.Tags, timeout: in.Timeout, memory: in.MemorySize,
		code:        in.Code.ZipFile,
		packageType: in.PackageType, imageURI: in.Code.ImageUri, modified: c.Now, revision: protocol.NewUUID(),
	}
	f.setDefaults()
	shelf[f.name] = f
	return &protocol.Document{Status: http.StatusCreated, Value: f.configuration()}, nil
}

func (f *function) setDefaults() {
	if f.timeout == 0 {
		f.timeout = 3
	}
	if f.memory == 0 {
		f.memory = 128
	}
	if f.packageType == "" {
		f.packageType = "Zip"
	}
}

type functionConfiguration struct {
	CodeSha256       string
	CodeSize         int
	Description      string
	Environment      *environment `json:",omitempty"`
	FunctionArn      string
	FunctionName     string
	Handler          *string `json:",omitempty"` // like Runtime, not of an image
	LastModified     string
	LastUpdateStatus string
	MemorySize       int
	PackageType      string
	RevisionId       string
	Role             string
	Runtime          string `json:",omitempty"`
	State            string
	Timeout          int
	Version          string
}

type environment struct{ Variables map[string]string }

func (f *function) configuration() *functionConfiguration {
	sum := sha256.Sum256(f.code)
	out := &functionConfiguration{
		FunctionArn: f.arn, FunctionName: f.name, Role: f.role, Timeout: f.timeout, MemorySize: f.memory,
		Description: f.description, PackageType: f.packageType, Version: "$LATEST", State: "Active",
		LastUpdateStatus: "Successful", CodeSha256: base64.StdEncoding.EncodeToString(sum[:]), CodeSize: len(f.code),
		RevisionId: f.revision, LastModified: f.modified.UTC().Format("2006-01-02T15:04:05.000+0000"),
	}
	if f.runtime != "" {
		out.Runtime, out.Handler = f.runtime, &f.handler
	}
	if len(f.environment) > 0 {
		out.Environment = &environment{f.environment}
	}
	return out
}

type getOutput struct {
	Code          codeLocation
	Configuration *functionConfiguration
	Tags          map[string]string `json:",omitempty"`
}

type codeLocation struct {
	ImageUri       string `json:",omitempty"`
	RepositoryType string
}

func (s *functions) get(c *service.Call) (*getOutput, error) {
	s.Lock()
	defer s.Unlock()
	f, err := s.find(c)
	if err != nil {
		return nil, err
	}
	code := codeLocation{RepositoryType: "S3"}
	if f.imageURI != "" {
		code = codeLocation{RepositoryType: "ECR", ImageUri: f.imageURI}
	}
	return &getOutput{code, f.configuration(), f.tags}, nil
}

func (s *functions) configuration(c *service.Call) (*functionConfiguration, error) {
	s.Lock()
	defer s.Unlock()
	f, err := s.find(c)
	if err != nil {
		return nil, err
	}
	return f.configuration(), nil
}

func (s *functions) remove(c *service.Call) (*protocol.Empty, error) {
	s.Lock()
	defer s.Unlock()
	f, err := s.find(c)
	if err != nil {
		return nil, err
	}
	p := strings.Split(f.arn, ":")
	delete(s.In(p[4], p[3]), f.name)
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

type listOutput struct {
	Functions  []*functionConfiguration
	NextMarker string `json:",omitempty"`
}

func (s *functions) list(c *service.Call) (*listOutput, error) {
	skip, err := strconv.Atoi("0" + c.Input.Query.Get("Marker"))
	size, err2 := strconv.Atoi("0" + c.Input.Query.Get("MaxItems"))
	if err != nil || err2 != nil || size > 10000 {
		return nil, lambdaError(400, "InvalidParameterValueException", "Marker or MaxItems is not valid")
	}
	if size == 0 || size > 50 {
		size = 50 // a page has 50 at most, whatever is asked for
	}
	s.Lock()
	defer s.Unlock()
	found := []*functionConfiguration{}
	for _, name := range slices.Sorted(maps.Keys(s.Of(c))) {
		found = append(found, s.Of(c)[name].configuration())
	}
	out := &listOutput{Functions: service.Page(found, skip, size)}
	if skip+size < len(found) {
		out.NextMarker = strconv.Itoa(skip + size)
	}
	return out, nil
}
