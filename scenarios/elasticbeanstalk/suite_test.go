package elasticbeanstalk_test

import (
	"testing"

	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

func TestElasticBeanstalk(t *testing.T) { suite.Run(t, "AWS Elastic Beanstalk", plain...) }

// plain is what a plain run has of the suite.
var plain = []string{
	"is found by the AWS SDK for JavaScript v3", "gives the AWS CLI nothing",
}
