# A small client of the time-blocks API on HTTP::Tiny and JSON::PP, which come with Perl.

package Focus;

use strict;
use warnings;

use HTTP::Tiny;
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use Time::HiRes qw(sleep ualarm);

my $WORKSPACE = '/organizations/{organization_id}/workspaces/{workspace_id}';
my $TASK      = "$WORKSPACE/tasks/{task_id}/time-blocks";
my $BLOCK     = "$TASK/{time_block_id}";
my $BLOCKS    = "$WORKSPACE/time-blocks";

# method, path, whether it may be sent again
our %OPERATIONS = (
    list_task_time_blocks   => ['GET',    $TASK,              1],
    create_time_block       => ['POST',   $TASK,              0],
    get_time_block          => ['GET',    $BLOCK,             1],
    replace_time_block      => ['PUT',    $BLOCK,             1],
    update_time_block       => ['PATCH',  $BLOCK,             1],
    delete_time_block       => ['DELETE', $BLOCK,             1],
    archive_time_block      => ['POST',   "$BLOCK/archive",   0],
    restore_time_block      => ['PATCH',  "$BLOCK/restore",   1],
    unarchive_time_block    => ['POST',   "$BLOCK/unarchive", 0],
    list_time_blocks        => ['GET',    $BLOCKS,            1],
    bulk_create_time_blocks => ['POST',   "$BLOCKS/bulk",     0],
    bulk_update_time_blocks => ['PATCH',  "$BLOCKS/bulk",     0],
    bulk_delete_time_blocks => ['DELETE', "$BLOCKS/bulk",     1],
    stream_time_blocks      => ['GET',    "$BLOCKS/stream",   1],
);

my %PASSING      = map { $_ => 1 } 429, 502, 503, 504;
my $LARGEST_PAGE = 100;
my $PAUSE        = 0.2;
my $INTERNAL     = 599;    # HTTP::Tiny's status for what is not a response

# Integers beyond what Perl has are Math::BigInt.
our $JSON = JSON::PP->new->utf8->allow_nonref->allow_bignum;

sub new {
    my ($class, $base_url, $auth) = @_;
    my $authorization
        = $auth->{kind} eq 'bearer'
        ? "Bearer $auth->{token}"
        : 'Basic ' . encode_base64(utf8_bytes("$auth->{username}:$auth->{password}"), '');
    return bless { base_url => $base_url, authorization => $authorization }, $class;
}

# The value of the response; undef if it has no body.
sub call {
    my ($self, $name, $given) = @_;
    my $entries = entries($name, $given);
    fail('usage', "$name needs at least one entry") if $entries && !@$entries;
    my $response = $self->_send($name, $given);
    return undef if $response->{status} == 204;
    return decode($response->{content});
}

# Hands out the items of a stream as they arrive, until `each` returns false.
sub stream {
    my ($self, $name, $given, $each) = @_;
    my $items = Focus::Items->new;
    my $left  = 0;
    my $take  = sub {
        my ($piece, $response) = @_;
        return if $response->{status} != 200;
        for my $text ($items->feed($piece)) {
            next if $each->(decode($text));
            $left = 1;
            die "left\n";    # the only way out of HTTP::Tiny
        }
    };
    eval { $self->_send($name, $given, $take); 1 } or do {
        return if $left;
        die $@;
    };
    fail('decode', 'the list has no end') unless $items->complete;
    return;
}

# Hands out the items of all pages, until `each` returns false.
sub pages {
    my ($self, $name, $given, $each) = @_;
    my $size   = $given->{query}{per_page} // $LARGEST_PAGE;
    my $before = '';
    for (my $number = $given->{query}{page} // 1;; $number++) {
        my %query = (%{ $given->{query} }, page => $number, per_page => $size);
        my $page  = $self->call($name, { %$given, query => \%query });
        my $data  = $page->{data} // [];
        my $mark  = $JSON->canonical->encode($data);
        fail('decode', "page $number is the same as the page before") if @$data && $mark eq $before;
        for my $item (@$data) { return unless $each->($item) }
        my $full = $page->{per_page} // $size;
        return if @$data < ($full < $size ? $full : $size);
        $before = $mark;
    }
}

sub _send {
    my ($self, $name, $given, $take) = @_;
    my ($method, $path, $again) = @{ $OPERATIONS{$name} };
    my %headers = (Authorization => $self->{authorization}, Accept => 'application/json');
    my %message = (headers => \%headers);
    if (defined $given->{body}) {
        $headers{'Content-Type'} = 'application/json';
        $message{content} = $JSON->encode($given->{body});
    }
    my $url     = $self->{base_url} . target($path, $given);
    my $retries = $again ? $given->{max_retries} // 0 : 0;
    while (1) {
        my ($response, $error) = $self->_attempt($method, $url, \%message, $given, $take);
        return $response unless $error;
        die $error if $error->{begun} || $retries-- <= 0;
        die $error unless $error->{kind} eq 'transport' || $PASSING{ $error->{status} // 0 };
        sleep($error->{wait} // $PAUSE);
    }
}

# One request: its response, or what went wrong.
sub _attempt {
    my ($self, $method, $url, $message, $given, $take) = @_;
    my $seconds = $given->{timeout};
    my $http    = HTTP::Tiny->new(
        keep_alive   => 0,
        max_redirect => 0,
        proxy        => undef,
        http_proxy   => undef,
        timeout      => $seconds // 60,
    );
    my ($response, $begun);
    my %message = %$message;
    $message{data_callback} = sub {
        # HTTP::Tiny sends a GET again by itself if its response is cut off, also in mid-stream.
        die "the response was cut off\n" if $begun && $begun != $_[1];
        $begun = $_[1];
        arm($seconds);
        if ($_[1]{status} == 200) { $take->(@_) }
        else                      { $_[1]{content} .= $_[0] }
        }
        if $take;
    {
        local $SIG{ALRM} = sub { die "timed out\n" };
        arm($seconds);
        $response = $http->request($method, $url, \%message);
        ualarm(0);
    }
    return $response if $response->{success};
    my $content = $response->{content} // '';
    if ($response->{status} == $INTERNAL) {
        my $kind = ref $content ? $content->{kind} : $content =~ /timed out/i ? 'timeout' : 'transport';
        return (undef, problem($kind, ref $content ? $content->{message} : $content, begun => $begun));
    }
    return (undef, refusal($response, $content));
}

# A limit from now on, in seconds. HTTP::Tiny's own begins anew with every byte.
sub arm {
    my ($seconds) = @_;
    ualarm($seconds * 1e6) if $seconds;
    return;
}

sub refusal {
    my ($response, $content) = @_;
    my $body = eval { $JSON->decode($content) };
    $body = {} unless ref $body eq 'HASH';
    my $text = $body->{error_description};
    $text = $response->{reason} unless defined $text && !ref $text;
    my $code = $body->{error};
    my $wait = $response->{headers}{'retry-after'};
    return problem(
        'api', "$response->{status} $text",
        status => $response->{status} + 0,
        defined $code && $code =~ /\D/       ? (code => $code) : (),
        defined $wait && $wait =~ /\A\d+\z/a ? (wait => $wait) : (),
    );
}

sub target {
    my ($path, $given) = @_;
    $path =~ s/\{(\w+)\}/escaped($given->{path}{$1})/ge;
    my @pairs;
    for my $name (sort keys %{ $given->{query} }) {
        my $value = $given->{query}{$name};
        next if ref $value eq 'ARRAY' && !@$value;    # the API has no way to write an empty list
        push @pairs, "$name=" . join ',', map { escaped($_) } ref $value eq 'ARRAY' ? @$value : $value;
    }
    return $path . (@pairs ? '?' . join('&', @pairs) : '');
}

sub escaped {
    my ($value) = @_;
    my $text = JSON::PP::is_bool($value) ? ($value ? 'true' : 'false') : "$value";
    $text = utf8_bytes($text);
    $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge;
    return $text;
}

sub utf8_bytes {
    my ($text) = @_;
    utf8::encode($text);
    return $text;
}

# The entries of a bulk call; undef for any other.
sub entries {
    my ($name, $given) = @_;
    return $given->{query}{ids}         if $name eq 'bulk_delete_time_blocks';
    return $given->{body}               if $name eq 'bulk_update_time_blocks';
    return $given->{body}{time_blocks} if $name eq 'bulk_create_time_blocks';
    return undef;
}

sub decode {
    my ($text) = @_;
    my $value = eval { $JSON->decode($text // '') };
    fail('decode', "the response is not JSON: $@") if $@;
    return $value;
}

sub problem { my ($kind, $message, %more) = @_; return { kind => $kind, message => $message, %more } }
sub fail    { die problem(@_) }

# Cuts the text of a JSON array into the texts of its objects while it arrives.
package Focus::Items;

sub new { return bless { text => '', at => 0, depth => 0, quoted => 0, state => 'before' }, shift }

sub feed {
    my ($self, $piece) = @_;
    $self->{text} .= $piece;
    pos($self->{text}) = $self->{at};    # which forgets it when the text grows
    my @found;
    while ($self->{text} =~ /\G(?:[^"\\\[\]{},]*)(\\.|["\[\]{},])/gcs) {
        my ($mark, $at) = ($1, pos $self->{text});
        if ($self->{quoted}) { $self->{quoted} = 0 if $mark eq '"' }
        elsif ($mark eq '"') { $self->{quoted} = 1 }
        elsif ($mark =~ /[\[{]/) {
            $self->{depth}++;
            $self->{state} = 'within' if $self->{depth} == 1;
            $self->{begun} = $at - 1  if $self->{depth} == 2;
        }
        elsif ($mark =~ /[\]}]/) {
            $self->{depth}--;
            if ($self->{depth} == 1) {
                push @found, substr $self->{text}, $self->{begun}, $at - $self->{begun};
                $self->{text}  = substr $self->{text}, $at;
                $self->{comma} = 0;
                pos($self->{text}) = 0;
            }
            $self->{state} = $self->{comma} ? 'comma' : 'after' if $self->{depth} == 0;
        }
        elsif ($mark eq ',' && $self->{depth} == 1) { $self->{comma} = 1 }
    }
    $self->{at} = pos($self->{text}) // 0;
    return @found;
}

sub complete {
    my ($self) = @_;
    return 1 if $self->{state} eq 'after';
    return $self->{state} eq 'before' && $self->{text} =~ /\A\s*null\s*\z/;
}

1;
