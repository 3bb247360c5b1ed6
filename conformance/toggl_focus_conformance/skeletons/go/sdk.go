// What the suite must know of your SDK. Fill it in; adapter.go does the rest.

package main

import "errors"

const (
	name    = "my-sdk"
	version = "0.0.0"
)

// What the SDK has of: stream, paginate, retry, timeout, basic.
var features = []string{}

// Client is your SDK's client.
type Client struct{}

// makeClient makes a client. It is kept for later calls with the same base URL and credentials.
// Auth has Kind, which is bearer with Token, or basic with Username and Password.
func makeClient(baseURL string, auth Auth) (*Client, error) {
	return nil, errors.New("sdk.go: fill in makeClient")
}

// The operations that the SDK has; add an entry for each. Arguments that are not there were not given.
// Numbers are json.Number, and timestamps are texts. A result is anything that encoding/json can write.
var calls = map[string]func(client *Client, given Arguments) (any, error){
	"get_time_block": func(client *Client, given Arguments) (any, error) {
		return nil, FillIn("sdk.go: fill in get_time_block") // client.Block(given.ID("task_id"), …)
	},
}

// Functions that hand out items until each returns false: stream_time_blocks (feature stream), and
// list_time_blocks and list_task_time_blocks for all pages (feature paginate).
var iterators = map[string]func(client *Client, given Arguments, each func(item any) bool) error{}

// described tells what an error of the SDK means. Kind is api with Status, decode, transport, timeout or
// usage, and other for an error that the SDK does not declare.
func described(err error) Error {
	return Error{Kind: "other", Message: err.Error()}
}
