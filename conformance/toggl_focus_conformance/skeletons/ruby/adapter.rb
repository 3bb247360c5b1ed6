# frozen_string_literal: true

# Lets toggl-focus drive the SDK of sdk.rb. Nothing here needs to be changed.
# It reads a JSON message per line from standard input and writes a reply per line to standard output.

require 'json'
require 'time'

PROTOCOL = $stdout.dup
$stdout.reopen($stderr) # what the SDK prints must not get between the replies
require_relative 'sdk'

SAFE = (2**53) - 1
CLIENTS = {} # rubocop:disable Style/MutableConstant

# An argument as the SDK gets it: integers and timestamps are written so that nothing rounds them.
def given(value)
  case value
  when Array then value.map { |each| given(each) }
  when Hash
    return value['$int'].to_i if value.keys == ['$int']
    return Time.iso8601(value['$datetime']) if value.keys == ['$datetime']

    value.to_h { |name, each| [name.to_sym, given(each)] }
  else value
  end
end

# What the SDK gave, as JSON.
def result(value)
  case value
  when Array then value.map { |each| result(each) }
  when Hash then value.to_h { |name, each| [name, result(each)] }
  when Integer then value.abs > SAFE ? { '$int' => value.to_s } : value
  when Time then { '$datetime' => value.iso8601(6) }
  when nil, true, false, Float, String then value
  else result(value.to_h)
  end
end

def described(exception)
  SDK.error(exception) || { kind: 'other', message: "#{exception.class}: #{exception.message}" }
end

def items(source, consume)
  found = []
  most = consume.delete_prefix('first:').to_i
  source.call.each do |item|
    found << result(item)
    break if consume != 'all' && found.size == most
  end
  { outcome: 'items', items: found, complete: true }
rescue StandardError => e
  { outcome: 'items', items: found, complete: false, error: described(e) }
end

def call(message)
  auth = message['auth'].transform_keys(&:to_sym)
  return { outcome: 'skip', feature: 'basic' } if auth[:kind] == 'basic' && !SDK::FEATURES.include?('basic')

  name = message['operation']
  client = CLIENTS[[message['base_url'], auth]] ||= SDK.make_client(message['base_url'], auth)
  named = { path: {}, query: {}, body: nil, **given(message['arguments']), options: given(message['options']) }
  iterator = SDK::ITERATORS[name]
  if iterator && (message['consume'] || !SDK::CALLS.key?(name))
    return items(-> { iterator.call(client, **named) }, message['consume'] || 'all')
  end

  begin
    { outcome: 'value', value: result(SDK::CALLS.fetch(name).call(client, **named)) }
  rescue StandardError => e
    { outcome: 'error', error: described(e) }
  end
end

def reply(message)
  case message['type']
  when 'call' then call(message)
  when 'decode', 'encode' then { outcome: 'skip', feature: 'codec' }
  else { outcome: 'adapter_error', message: "unknown message #{message['type']}" }
  end
rescue StandardError, NotImplementedError => e # the adapter failed, not the SDK
  { outcome: 'adapter_error', message: e.message }
end

def say(message)
  PROTOCOL.puts(JSON.generate(message))
  PROTOCOL.flush
end

$stdin.each_line do |line|
  message = JSON.parse(line)
  case message['type']
  when 'hello'
    sdk = { name: SDK::NAME, version: SDK::VERSION, language: 'Ruby' }
    operations = SDK::CALLS.keys | SDK::ITERATORS.keys
    say(type: 'hello', protocol: 1, sdk: sdk, operations: operations, features: SDK::FEATURES)
  when 'bye' then break
  else say(id: message['id'], **reply(message)) if message['id']
  end
end
