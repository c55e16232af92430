package redshift

import (
	"time"

	"github.com/google/uuid"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// NewServerless is Redshift Serverless with its one operation that gives credentials. Every
// workgroup is there; its id is made of its name.
func NewServerless() *service.Service {
	return &service.Service{
		ID: "Redshift Serverless", EndpointPrefix: "redshift-serverless", SigningName: "redshift-serverless",
		TargetPrefix: "RedshiftServerless",
		Dialect: protocol.Dialect{Protocol: protocol.JSON11,
			Errors: protocol.Tabulate(protocol.TakenOver(protocol.JSONRows, "as its protocol has it: "))},
		SkewWindow: 5 * time.Minute, EventSource: "redshift-serverless.amazonaws.com",
		Operations: []service.Operation{{Name: "GetCredentials", Action: "redshift-serverless:GetCredentials",
			Resource: workgroup, ReadOnly: true, Handle: service.Handle(serverlessCredentials)}},
	}
}

type serverlessInput struct {
	WorkgroupName   string `json:"workgroupName"`
	DbName          string `json:"dbName"`
	DurationSeconds int    `json:"durationSeconds"`
}

type serverlessOutput struct {
	DbPassword      string `json:"dbPassword"`
	DbUser          string `json:"dbUser"`
	Expiration      int64  `json:"expiration"`
	NextRefreshTime int64  `json:"nextRefreshTime"`
}

// workgroup is the resource in policies. It has the id of the workgroup, a UUID, and not its name
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftserverless.html).
func workgroup(c *service.Call) string {
	var in serverlessInput
	if c.Decode(&in) != nil || in.WorkgroupName == "" {
		return c.ARN("redshift-serverless", "workgroup/*")
	}
	id := uuid.NewSHA1(uuid.NameSpaceURL, []byte(c.ARN("redshift-serverless", "workgroup/"+in.WorkgroupName)))
	return c.ARN("redshift-serverless", "workgroup/"+id.String())
}

// serverlessCredentials is GetCredentials
// (https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_GetCredentials.html).
// The code is of the service's model, the texts are ours.
func serverlessCredentials(c *service.Call, in *serverlessInput) (*serverlessOutput, error) {
	lasts := in.DurationSeconds
	switch {
	case in.WorkgroupName == "":
		return nil, service.Errorf("ValidationException", "workgroupName is missing")
	case lasts == 0:
		lasts = shortest
	case lasts < shortest || lasts > longest:
		return nil, service.Errorf("ValidationException", "durationSeconds %d is not from %d to %d", lasts, shortest,
			longest)
	}
	of := iam.Password{Place: in.WorkgroupName, User: userOf(c), Database: in.DbName}
	password, until := newPassword(c, of, time.Duration(lasts)*time.Second)
	return &serverlessOutput{DbPassword: password, DbUser: of.User, Expiration: until.Unix(),
		NextRefreshTime: until.Unix()}, nil
}
