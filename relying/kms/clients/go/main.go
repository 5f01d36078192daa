// The AWS SDK for Go, version 2, against the local KMS: client SCENARIO. Prints TAP; steps.py describes the steps.
// Requests and replies of the SDK have their members' names, so encoding/json reads and writes them.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"
	smithymiddleware "github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

type caller struct {
	AccessKey    string `json:"access_key"`
	SecretKey    string `json:"secret_key"`
	SessionToken string `json:"session_token"`
}

// Bytes are {"base64": text} in the scenario.
type data struct {
	Base64 []byte `json:"base64"`
}

type step struct {
	Title, Caller, Operation string
	Input                    map[string]any
	Absent, Present          []string
	OpensTo                  *data  `json:"opens_to"`
	OpensToLength            int    `json:"opens_to_length"`
	OpensLike                string `json:"opens_like"`
	Error, Message, Server   string
	Modelled                 bool
	Tries, Times             int
	Alter                    struct{ Body, Authorization string }
}

type scenario struct {
	Region, Tool, Key string
	Endpoints         map[string]string
	Callers           map[string]*caller
	Steps             []step
}

var scene scenario

// Decrypts without Recipient, to compare; and sends many requests.
var admin, app *kms.Client

const parallel, each = 8, 100

// If a server writes head and body separately, some of these requests fail: "use of closed network connection".
const manyTitle = "many at once"

// What the request is before it is signed.
func (s step) alter(stack *smithymiddleware.Stack) error {
	build := func(ctx context.Context, in smithymiddleware.BuildInput, next smithymiddleware.BuildHandler) (
		smithymiddleware.BuildOutput, smithymiddleware.Metadata, error) {
		request, err := in.Request.(*smithyhttp.Request), error(nil)
		if s.Alter.Authorization != "" {
			request.Header.Set("Authorization", s.Alter.Authorization)
		}
		if s.Alter.Body != "" {
			request, err = request.SetStream(strings.NewReader(s.Alter.Body))
			in.Request = request
		}
		if err != nil {
			return smithymiddleware.BuildOutput{}, smithymiddleware.Metadata{}, err
		}
		return next.HandleBuild(ctx, in)
	}
	return stack.Build.Add(smithymiddleware.BuildMiddlewareFunc("Alter", build), smithymiddleware.Before)
}

func newClient(s step) *kms.Client {
	c, endpoint := scene.Callers[s.Caller], scene.Endpoints[s.Server]
	options := kms.Options{Region: scene.Region, BaseEndpoint: &endpoint, RetryMaxAttempts: s.Tries,
		APIOptions: []func(*smithymiddleware.Stack) error{s.alter}}
	if c == nil {
		options.Credentials = aws.AnonymousCredentials{}
	} else {
		options.Credentials = credentials.NewStaticCredentialsProvider(c.AccessKey, c.SecretKey, c.SessionToken)
	}
	return kms.New(options)
}

// Bytes as encoding/json wants them: base64 text.
func plain(value any) any {
	members, ok := value.(map[string]any)
	if !ok {
		return value
	}
	if text, ok := members["base64"]; ok && len(members) == 1 {
		return text
	}
	result := map[string]any{}
	for name, member := range members {
		result[name] = plain(member)
	}
	return result
}

// The members of the reply that are there, and its request id.
func call(client *kms.Client, operation string, input map[string]any) (map[string]any, string, error) {
	method := reflect.ValueOf(client).MethodByName(operation)
	members := reflect.New(method.Type().In(1).Elem())
	text, err := json.Marshal(plain(input))
	if err == nil {
		err = json.Unmarshal(text, members.Interface())
	}
	if err != nil {
		return nil, "", err
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), members})
	if err, _ := results[1].Interface().(error); err != nil {
		return nil, "", err
	}
	reply := map[string]any{}
	for i := 0; i < results[0].Elem().NumField(); i++ {
		field := results[0].Elem().Type().Field(i)
		if field.IsExported() && !results[0].Elem().Field(i).IsZero() {
			reply[field.Name] = results[0].Elem().Field(i).Interface()
		}
	}
	metadata := results[0].Elem().FieldByName("ResultMetadata").Interface().(smithymiddleware.Metadata)
	id, _ := middleware.GetRequestIDMetadata(metadata)
	return reply, id, nil
}

func open(message any) ([]byte, error) {
	bytesOf, _ := message.([]byte)
	command := exec.Command(scene.Tool, "recipient", "open", "--key", scene.Key, "-")
	command.Stdin = bytes.NewReader(bytesOf)
	return command.Output()
}

func checkOpening(s step, reply map[string]any) (faults []string) {
	value, err := open(reply["CiphertextForRecipient"])
	if err != nil {
		return []string{"it cannot be opened: " + err.Error()}
	}
	if s.OpensTo != nil && !bytes.Equal(value, s.OpensTo.Base64) {
		faults = append(faults, "it opens to something else")
	}
	if s.OpensToLength != 0 && len(value) != s.OpensToLength {
		faults = append(faults, fmt.Sprintf("it opens to %d bytes", len(value)))
	}
	if s.OpensLike != "" {
		plaintext, _, err := call(admin, "Decrypt", map[string]any{"CiphertextBlob": reply[s.OpensLike]})
		if err != nil {
			return append(faults, err.Error())
		}
		if other, _ := plaintext["Plaintext"].([]byte); !bytes.Equal(other, value) {
			faults = append(faults, s.OpensLike+" decrypts to something else")
		}
	}
	return faults
}

func checkReply(s step, reply map[string]any, id string) (faults []string) {
	if id == "" {
		faults = append(faults, "there is no request id")
	}
	for _, name := range s.Absent {
		if _, there := reply[name]; there {
			faults = append(faults, name+" is there")
		}
	}
	for _, name := range s.Present {
		if _, there := reply[name]; !there {
			faults = append(faults, name+" is absent")
		}
	}
	if s.OpensTo != nil || s.OpensToLength != 0 || s.OpensLike != "" {
		faults = append(faults, checkOpening(s, reply)...)
	}
	return faults
}

func checkError(s step, err error) (faults []string) {
	var apiError smithy.APIError
	var response interface{ ServiceRequestID() string }
	if !errors.As(err, &apiError) {
		return []string{"it is no error of the service: " + err.Error()}
	}
	wanted := "*smithy.GenericAPIError"
	if s.Modelled {
		wanted = "*types." + s.Error
	}
	if kind := fmt.Sprintf("%T", apiError); kind != wanted {
		faults = append(faults, "it is a "+kind)
	}
	if apiError.ErrorCode() != s.Error {
		faults = append(faults, "its code is "+apiError.ErrorCode())
	}
	if !strings.Contains(apiError.ErrorMessage(), s.Message) {
		faults = append(faults, "its message is: "+apiError.ErrorMessage())
	}
	if !errors.As(err, &response) || response.ServiceRequestID() == "" {
		faults = append(faults, "there is no request id")
	}
	return faults
}

func faults(s step) []string {
	client := newClient(s)
	reply, id, err := call(client, s.Operation, s.Input)
	for i := 1; i < s.Times && err == nil; i++ {
		reply, id, err = call(client, s.Operation, s.Input)
	}
	switch {
	case err != nil && s.Error != "":
		return checkError(s, err)
	case err != nil:
		return []string{err.Error()}
	case s.Error != "":
		return []string{"there is no error"}
	}
	return checkReply(s, reply, id)
}

// Sends parallel requests and returns their errors.
func many() []string {
	var failed []string
	var mutex sync.Mutex
	var group sync.WaitGroup
	for range parallel {
		group.Add(1)
		go func() {
			defer group.Done()
			for range each {
				_, _, err := call(app, "GenerateRandom", map[string]any{"NumberOfBytes": 300})
				if err != nil {
					mutex.Lock()
					failed = append(failed, err.Error())
					mutex.Unlock()
				}
			}
		}()
	}
	group.Wait()
	return failed
}

func report(number int, title string, faults []string) {
	if len(faults) > 0 {
		fmt.Print("not ")
	}
	fmt.Printf("ok %d - %s\n", number, title)
	for _, fault := range faults {
		fmt.Printf("# %s: %s\n", title, strings.ReplaceAll(fault, "\n", " "))
	}
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(text, &scene)
	}
	if err != nil {
		fmt.Println("Bail out!", err)
		os.Exit(1)
	}
	admin = newClient(step{Caller: "admin", Server: "main", Tries: 1})
	app = newClient(step{Caller: "app", Server: "main", Tries: 1})
	fmt.Printf("1..%d\n", len(scene.Steps)+1)
	for i, s := range scene.Steps {
		report(i+1, s.Title, faults(s))
	}
	report(len(scene.Steps)+1, manyTitle, many())
}
