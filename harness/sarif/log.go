package sarif

// The parts of the format that are written here, by the names of the specification.
type (
	log struct {
		Schema  string `json:"$schema"`
		Version string `json:"version"`
		Runs    []run  `json:"runs"`
	}
	run struct {
		Tool struct {
			Driver driver `json:"driver"`
		} `json:"tool"`
		AutomationDetails *automationDetails `json:"automationDetails,omitempty"`
		Results           []result           `json:"results"`
	}
	driver struct {
		Name           string       `json:"name"`
		Version        string       `json:"version,omitempty"`
		InformationURI string       `json:"informationUri"`
		Rules          []descriptor `json:"rules"`
	}
	automationDetails struct {
		ID string `json:"id"`
	}
	descriptor struct {
		ID                   string         `json:"id"`
		Name                 string         `json:"name,omitempty"`
		ShortDescription     *message       `json:"shortDescription,omitempty"`
		FullDescription      *message       `json:"fullDescription,omitempty"`
		Help                 *message       `json:"help,omitempty"`
		HelpURI              string         `json:"helpUri,omitempty"`
		DefaultConfiguration *configuration `json:"defaultConfiguration,omitempty"`
	}
	configuration struct {
		Level string `json:"level"`
	}
	message struct {
		Text string `json:"text"`
	}
	result struct {
		RuleID     string     `json:"ruleId"`
		RuleIndex  int        `json:"ruleIndex"`
		Level      string     `json:"level"` // error, warning or note
		Message    message    `json:"message"`
		Locations  []location `json:"locations,omitempty"`
		Properties properties `json:"properties"`
	}
	location struct {
		PhysicalLocation *physicalLocation `json:"physicalLocation,omitempty"`
		LogicalLocations []logicalLocation `json:"logicalLocations,omitempty"`
	}
	physicalLocation struct {
		ArtifactLocation artifactLocation `json:"artifactLocation"`
		Region           *region          `json:"region,omitempty"`
	}
	artifactLocation struct {
		URI string `json:"uri"` // relative to the project's folder
	}
	region struct {
		StartLine int `json:"startLine"` // from 1
	}
	logicalLocation struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
	// properties are this tool's own: the format lets each tool have some.
	properties struct {
		Host       string `json:"host,omitempty"`
		Call       int64  `json:"call,omitempty"` // number of the AWS call that it is about
		Library    string `json:"library,omitempty"`
		Source     string `json:"source,omitempty"`
		Confidence string `json:"confidence,omitempty"` // verified, likely or unverified
	}
)
