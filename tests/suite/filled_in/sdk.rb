# frozen_string_literal: true

require 'net/http'

module SDK
  NAME = 'filled-in'
  VERSION = '1'
  FEATURES = [].freeze
  ITERATORS = {}.freeze
  PLACE = '/organizations/%<organization_id>s/workspaces/%<workspace_id>s/tasks/%<task_id>s/time-blocks/%<time_block_id>s'

  def self.make_client(base_url, auth)
    [base_url, { 'Authorization' => "Bearer #{auth[:token]}" }]
  end

  CALLS = {
    'get_time_block' => lambda { |(base_url, headers), path:, **|
      puts 'what an SDK prints does no harm'
      response = Net::HTTP.get_response(URI(base_url + format(PLACE, **path)), headers)
      response.value
      JSON.parse(response.body)
    }
  }.freeze

  def self.error(exception)
    return unless exception.is_a?(Net::ProtocolError)

    { kind: 'api', status: exception.response.code.to_i }
  end
end
