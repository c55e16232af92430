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
			{Name: "ListFoundationModels", Method: "GET", Path: "/foundation-models",
				Action:   "bedrock:ListFoundationModels",
				Resource: service.NoResource, ReadOnly: true, Handle: service.Answer(listModels)},
			{Name: "GetFoundationModel", Method: "GET", Path: "/foundation-models/{modelIdentifier}",
				Action: "bedrock:GetFoundationModel", Resource: foundationModelARN, ReadOnly: true,
				Handle: service.Answer(getModel)},
			{Name: "ListInferenceProfiles", Method: "GET", Path: "/inference-profiles",
				Action: "bedrock:ListInferenceProfiles", Resource: service.NoResource, ReadOnly: true,
				Handle: service.Answer(listProfiles)},
			{Name: "GetInferenceProfile", Method: "GET", Path: "/inference-profiles/{inferenceProfileIdentifier}",
				Action: "bedrock:GetInferenceProfile", Resource: profileARN, ReadOnly: true,
				Handle: service.Answer(getProfile)},
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
	return modelARN(c, id)
}

func modelARN(c *service.Call, id string) string {
	return "arn:aws:bedrock:" + c.Region + "::foundation-model/" + id
}

type modelDetails struct {
	CustomizationsSupported    []string  `json:"customizationsSupported"`
	InferenceTypesSupported    []string  `json:"inferenceTypesSupported"`
	InputModalities            []string  `json:"inputModalities"`
	ModelARN                   string    `json:"modelArn"`
	ModelID                    string    `json:"modelId"`
	ModelLifecycle             lifecycle `json:"modelLifecycle"`
	ModelName                  string    `json:"modelName"`
	OutputModalities           []string  `json:"outputModalities"`
	ProviderName               string    `json:"providerName"`
	ResponseStreamingSupported bool      `json:"responseStreamingSupported"`
}

type lifecycle struct {
	Status string `json:"status"`
}

func (m *foundationModel) details(c *service.Call) modelDetails {
	return modelDetails{
		ModelARN: modelARN(c, m.id), ModelID: m.id, ModelName: m.name, ProviderName: m.provider,
		InputModalities: m.input, OutputModalities: m.output, InferenceTypesSupported: m.inference,
		CustomizationsSupported:    append([]string{}, m.customizations...),
		ResponseStreamingSupported: m.streaming, ModelLifecycle: lifecycle{"ACTIVE"},
	}
}

type modelList struct {
	ModelSummaries []modelDetails `json:"modelSummaries"`
}

func listModels(c *service.Call) (*modelList, error) {
	q := c.Input.Query
	out := &modelList{ModelSummaries: []modelDetails{}}
	for i := range foundationModels {
		m := &foundationModels[i]
		if p := q.Get("byProvider"); p != "" && !strings.EqualFold(p, m.provider) {
			continue
		}
		if !matchesAll(q.Get("byOutputModality"), m.output) || !matchesAll(q.Get("byInferenceType"), m.inference) ||
			!matchesAll(q.Get("byCustomizationType"), m.customizations) {
			continue
		}
		out.ModelSummaries = append(out.ModelSummaries, m.details(c))
	}
	return out, nil
}

// matchesAll: nothing is asked for, or it is there.
func matchesAll(want string, have []string) bool { return want == "" || slices.Contains(have, want) }

type modelResult struct {
	ModelDetails modelDetails `json:"modelDetails"`
}

func getModel(c *service.Call) (*modelResult, error) {
	arn := foundationModelARN(c)
	for i := range foundationModels {
		if m := foundationModels[i].details(c); m.ModelARN == arn {
			return &modelResult{m}, nil
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

type profile struct {
	CreatedAt            string         `json:"createdAt"`
	InferenceProfileARN  string         `json:"inferenceProfileArn"`
	InferenceProfileID   string         `json:"inferenceProfileId"`
	InferenceProfileName string         `json:"inferenceProfileName"`
	Models               []profileModel `json:"models"`
	Status               string         `json:"status"`
	Type                 string         `json:"type"`
	UpdatedAt            string         `json:"updatedAt"`
}

type profileModel struct {
	ModelARN string `json:"modelArn"`
}

// profiles are the system-defined ones that a region sees.
func profiles(c *service.Call) []profile {
	out := []profile{}
	created := time.Date(2024, 8, 26, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
	for _, m := range foundationModels {
		for _, geography := range m.profiles {
			if !slices.ContainsFunc(geographies[geography],
				func(prefix string) bool { return strings.HasPrefix(c.Region, prefix) }) {
				continue
			}
			id := geography + "." + m.id
			out = append(out, profile{
				InferenceProfileID:   id,
				InferenceProfileName: strings.ToUpper(geography) + " " + m.provider + " " + m.name,
				InferenceProfileARN:  c.ARN("bedrock", "inference-profile/"+id),
				Type:                 "SYSTEM_DEFINED", Status: "ACTIVE",
				Models:    []profileModel{{modelARN(c, m.id)}},
				CreatedAt: created, UpdatedAt: created,
			})
		}
	}
	return out
}

type profileList struct {
	InferenceProfileSummaries []profile `json:"inferenceProfileSummaries"`
}

func listProfiles(c *service.Call) (*profileList, error) {
	if c.Input.Query.Get("type") == "APPLICATION" {
		return &profileList{[]profile{}}, nil
	}
	return &profileList{profiles(c)}, nil
}

func getProfile(c *service.Call) (*profile, error) {
	arn := profileARN(c)
	for _, p := range profiles(c) {
		if p.InferenceProfileARN == arn {
			return &p, nil
		}
	}
	return nil, &service.Error{Code: "ResourceNotFoundException",
		Message: "The specified inference profile does not exist: " +
			c.Input.Labels["inferenceProfileIdentifier"], Status: http.StatusNotFound}
}
