# frozen_string_literal: true

# What the Ruby samples of the vendor's page send, and what they make of the response.
#
# The samples have Basic credentials; an API key takes their place as the page says. `request` on the
# page must be `req`. No sample has a query, and uri.path would leave it out; none turns TLS on.

require 'net/http'
require 'uri'
require 'json'

WORKSPACE = '/organizations/%<organization_id>s/workspaces/%<workspace_id>s'
TASK = "#{WORKSPACE}/tasks/%<task_id>s/time-blocks"
BLOCK = "#{TASK}/%<time_block_id>s"
BLOCKS = "#{WORKSPACE}/time-blocks"
SAMPLES = {
  'list_task_time_blocks' => [Net::HTTP::Get, TASK],
  'create_time_block' => [Net::HTTP::Post, TASK],
  'get_time_block' => [Net::HTTP::Get, BLOCK],
  'replace_time_block' => [Net::HTTP::Put, BLOCK],
  'delete_time_block' => [Net::HTTP::Delete, BLOCK],
  'update_time_block' => [Net::HTTP::Patch, BLOCK],
  'archive_time_block' => [Net::HTTP::Post, "#{BLOCK}/archive"],
  'restore_time_block' => [Net::HTTP::Patch, "#{BLOCK}/restore"],
  'unarchive_time_block' => [Net::HTTP::Post, "#{BLOCK}/unarchive"],
  'list_time_blocks' => [Net::HTTP::Get, BLOCKS],
  'bulk_create_time_blocks' => [Net::HTTP::Post, "#{BLOCKS}/bulk"],
  'bulk_delete_time_blocks' => [Net::HTTP::Delete, "#{BLOCKS}/bulk"],
  'bulk_update_time_blocks' => [Net::HTTP::Patch, "#{BLOCKS}/bulk"],
  'stream_time_blocks' => [Net::HTTP::Get, "#{BLOCKS}/stream"]
}.freeze

# What a sample does, line by line.
def sample(method, url, auth, body)
  uri = URI(url)
  http = Net::HTTP.new(uri.host, uri.port)
  req = method.new(uri.path)
  req['Content-Type'] = 'application/json'
  req.body = body.to_json unless body.nil?
  if auth['kind'] == 'basic'
    req.basic_auth auth['username'], auth['password']
  else
    req['Authorization'] = "Bearer #{auth['token']}"
  end
  res = http.request(req)
  JSON.parse(res.body)
end

TIMES = %w[start created_at updated_at completed_at archived_at deleted_at].freeze
BROKEN = [SystemCallError, IOError, SocketError, Net::ProtocolError, Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError,
          Net::OpenTimeout, Net::ReadTimeout].freeze

def given(value)
  case value
  when Array then value.map { |each| given(each) }
  when Hash
    return value['$int'].to_i if value.keys == ['$int']
    return value['$datetime'] if value.keys == ['$datetime']

    value.transform_values { |each| given(each) }
  else value
  end
end

def result(value, name = nil)
  case value
  when Array then value.map { |each| result(each) }
  when Hash then value.to_h { |key, each| [key, result(each, key)] }
  when Integer then value.abs < 2**53 ? value : { '$int' => value.to_s }
  when String then TIMES.include?(name) ? { '$datetime' => value } : value.scrub # a reply must be UTF-8
  else value
  end
end

def call(message)
  method, template = SAMPLES[message['operation']]
  arguments = given(message['arguments'])
  where = format(template, **arguments['path'].transform_keys(&:to_sym))
  value = result(sample(method, message['base_url'] + where, message['auth'], arguments['body']))
  return { outcome: 'value', value: value } unless message['operation'] == 'stream_time_blocks'
  return { outcome: 'value', value: value } unless value.nil? || value.is_a?(Array)

  most = message['consume']&.start_with?('first:') ? message['consume'].delete_prefix('first:').to_i : nil
  items = value || []
  { outcome: 'items', items: most ? items.first(most) : items, complete: true }
rescue JSON::ParserError => e
  { outcome: 'error', error: { kind: 'decode', message: "JSON::ParserError: #{e.message[0, 200]}" } }
rescue *BROKEN => e
  { outcome: 'error', error: { kind: 'transport', message: "#{e.class}: #{e.message}" } }
rescue StandardError => e
  { outcome: 'error', error: { kind: 'other', message: "#{e.class}: #{e.message}" } }
end

def say(message)
  $stdout.puts(JSON.generate(message))
  $stdout.flush
end

$stdin.each_line do |line|
  message = JSON.parse(line)
  case message['type']
  when 'hello'
    sdk = { name: 'vendor-ruby', version: RUBY_VERSION, language: 'Ruby' }
    say(type: 'hello', protocol: 1, sdk: sdk, operations: SAMPLES.keys, features: %w[stream basic])
  when 'bye' then break
  when 'call' then say(id: message['id'], **call(message))
  else say(id: message['id'], outcome: 'adapter_error', message: "unknown #{message['type']}")
  end
end
