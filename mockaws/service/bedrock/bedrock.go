package bedrock

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/internal/foundation"
)

// New is Amazon Bedrock's control plane: which models and inference
// profiles there are. It shares signing name, API keys and answers to wrong
// credentials with Bedrock Runtime; that it does is inferred, no dump of its
// refusals is known.
func New() *service.Service {
	return &service.Service{
		ID: "Bedrock", EndpointPrefix: "bedrock", SigningName: "bedrock",
		Dialect: protocol.Dialect{
			Protocol: protocol.RESTJSON, ErrorTypeSuffix: foundation.ErrorTypeSuffix,
			Errors: protocol.Tabulate(protocol.RESTJSONRows, foundation.Rows),
		},
		SkewWindow: 5 * time.Minute, Bearer: true, Claims: []string{"/foundation-model", "/inference-profiles"},
		EventSource: "bedrock.amazonaws.com",
		Operations: []service.Operation{
			// Denied without a resource (aws-samples/dify-self-hosted-on-aws#74).
			{Name: "ListFoundationModels", Method: "GET", Path: "/foundation-models", Action: "bedrock:ListFoundationModels",
				Resource: service.NoResource, ReadOnly: true, Handle: listModels},
			{Name: "GetFoundationModel", Method: "GET", Path: "/foundation-models/{modelIdentifier}",
				Action: "bedrock:GetFoundationModel", Resource: foundationModelARN, ReadOnly: true, Handle: getModel},
			{Name: "ListInferenceProfiles", Method: "GET", Path: "/inference-profiles",
				Action: "bedrock:ListInferenceProfiles", Resource: service.NoResource, ReadOnly: true, Handle: listProfiles},
			{Name: "GetInferenceProfile", Method: "GET", Path: "/inference-profiles/{inferenceProfileIdentifier}",
				Action: "bedrock:GetInferenceProfile", Resource: profileARN, ReadOnly: true, Handle: getProfile},
			{Name: "CreateInferenceProfile", Method: "POST", Path: "/inference-profiles"},
			{Name: "GetFoundationModelAvailability", Method: "GET", Path: "/foundation-model-availability/{modelId}"},
		},
	}
}

// foundationModel is a model as ListFoundationModels shows it.
type foundationModel struct {
	id, provider, name string
	input, output      []string
	inference          []string
	customizations     []string
	streaming          bool
	legacy             bool
	// profiles are the geographies that have an inference profile of it.
	profiles []string
}

// foundationModels are some models of
// https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html;
// Bedrock Runtime takes any identifier of the right form.
var foundationModels = []foundationModel{
	{id: "anthropic.claude-3-haiku-20240307-v1:0", provider: "Anthropic", name: "Claude 3 Haiku",
		input: []string{"TEXT", "IMAGE"}, output: []string{"TEXT"}, inference: []string{"ON_DEMAND"}, streaming: true,
		profiles: []string{"us", "eu", "apac"}},
	{id: "anthropic.claude-3-5-sonnet-20240620-v1:0", provider: "Anthropic", name: "Claude 3.5 Sonnet",
		input: []string{"TEXT", "IMAGE"}, output: []string{"TEXT"}, inference: []string{"ON_DEMAND"}, streaming: true,
		profiles: []string{"us", "eu", "apac"}},
	{id: "anthropic.claude-sonnet-4-20250514-v1:0", provider: "Anthropic", name: "Claude Sonnet 4",
		input: []string{"TEXT", "IMAGE"}, output: []string{"TEXT"}, inference: []string{"INFERENCE_PROFILE"},
		streaming: true, profiles: []string{"us", "eu", "apac", "global"}},
	{id: "amazon.nova-lite-v1:0", provider: "Amazon", name: "Nova Lite", input: []string{"TEXT", "IMAGE", "VIDEO"},
		output: []string{"TEXT"}, inference: []string{"ON_DEMAND"}, customizations: []string{"FINE_TUNING"},
		streaming: true, profiles: []string{"us", "eu", "apac"}},
	{id: "amazon.titan-embed-text-v2:0", provider: "Amazon", name: "Titan Text Embeddings V2", input: []string{"TEXT"},
		output: []string{"EMBEDDING"}, inference: []string{"ON_DEMAND"}},
	{id: "meta.llama3-8b-instruct-v1:0", provider: "Meta", name: "Llama 3 8B Instruct", input: []string{"TEXT"},
		output: []string{"TEXT"}, inference: []string{"ON_DEMAND"}, streaming: true},
	{id: "mistral.mistral-7b-instruct-v0:2", provider: "Mistral AI", name: "Mistral 7B Instruct",
		input: []string{"TEXT"}, output: []string{"TEXT"}, inference: []string{"ON_DEMAND"}, streaming: true},
}

func foundationModelARN(c *service.Call) string {
	id := c.Input.Labels["modelIdentifier"]
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	return "arn:aws:bedrock:" + c.Region + "::foundation-model/" + id
}

func (m *foundationModel) document(c *service.Call) map[string]any {
	status := "ACTIVE"
	if m.legacy {
		status = "LEGACY"
	}
	return map[string]any{
		"modelArn": "arn:aws:bedrock:" + c.Region + "::foundation-model/" + m.id, "modelId": m.id, "modelName": m.name,
		"providerName":    m.provider,
		"inputModalities": m.input, "outputModalities": m.output, "inferenceTypesSupported": m.inference,
		"customizationsSupported":    append([]string{}, m.customizations...),
		"responseStreamingSupported": m.streaming, "modelLifecycle": map[string]string{"status": status},
	}
}

func listModels(c *service.Call) (any, error) {
	q := c.Input.Query
	found := []map[string]any{}
	for i := range foundationModels {
		m := &foundationModels[i]
		if p := q.Get("byProvider"); p != "" && !strings.EqualFold(p, m.provider) {
			continue
		}
		if !matchesAll(q.Get("byOutputModality"), m.output) || !matchesAll(q.Get("byInferenceType"), m.inference) ||
			!matchesAll(q.Get("byCustomizationType"), m.customizations) {
			continue
		}
		found = append(found, m.document(c))
	}
	return map[string]any{"modelSummaries": found}, nil
}

// matchesAll: nothing is asked for, or it is there.
func matchesAll(want string, have []string) bool { return want == "" || slices.Contains(have, want) }

func getModel(c *service.Call) (any, error) {
	arn := foundationModelARN(c)
	for i := range foundationModels {
		if doc := foundationModels[i].document(c); doc["modelArn"] == arn {
			return map[string]any{"modelDetails": doc}, nil
		}
	}
	if err := foundation.CheckModel(c.Input.Labels["modelIdentifier"]); err != nil {
		return nil, err
	}
	return nil, &service.Error{Code: "ResourceNotFoundException",
		Message: "Could not resolve the foundation model from the model identifier: " +
			c.Input.Labels["modelIdentifier"], Status: http.StatusNotFound}
}

func profileARN(c *service.Call) string {
	id := c.Input.Labels["inferenceProfileIdentifier"]
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	return "arn:aws:bedrock:" + c.Region + ":" + c.Account() + ":inference-profile/" + id
}

// geographies are the prefixes of system-defined profiles, and the regions that
// see them
// (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html).
var geographies = map[string][]string{"us": {"us-"}, "eu": {"eu-"}, "apac": {"ap-"}, "global": {""}}

// profiles are the system-defined ones that a region sees.
func profiles(c *service.Call) []map[string]any {
	out := []map[string]any{}
	created := time.Date(2024, 8, 26, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
	for _, m := range foundationModels {
		for _, geography := range m.profiles {
			if !slices.ContainsFunc(geographies[geography],
				func(prefix string) bool { return strings.HasPrefix(c.Region, prefix) }) {
				continue
			}
			id := geography + "." + m.id
			out = append(out, map[string]any{
				"inferenceProfileId": id, "inferenceProfileName": strings.ToUpper(geography) + " " + m.provider + " " + m.name,
				"type": "SYSTEM_DEFINED", "status": "ACTIVE",
				"inferenceProfileArn": "arn:aws:bedrock:" + c.Region + ":" + c.Account() + ":inference-profile/" + id,
				"models": []map[string]string{{"modelArn": "arn:aws:bedrock:" + c.Region + "::foundation-model/" +
					m.id}},
				"createdAt": created, "updatedAt": created,
			})
		}
	}
	return out
}

func listProfiles(c *service.Call) (any, error) {
	if c.Input.Query.Get("type") == "APPLICATION" {
		return map[string]any{"inferenceProfileSummaries": []any{}}, nil
	}
	return map[string]any{"inferenceProfileSummaries": profiles(c)}, nil
}

func getProfile(c *service.Call) (any, error) {
	arn := profileARN(c)
	for _, p := range profiles(c) {
		if p["inferenceProfileArn"] == arn {
			return p, nil
		}
	}
	return nil, &service.Error{Code: "ResourceNotFoundException",
		Message: "The specified inference profile does not exist: " +
			c.Input.Labels["inferenceProfileIdentifier"], Status: http.StatusNotFound}
}
