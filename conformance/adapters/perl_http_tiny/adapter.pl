# The adapter: the protocol on one side, the client of Focus.pm on the other.

use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Focus;
use JSON::PP;
use Math::BigInt;

$| = 1;

my %TIMES   = map { $_ => 1 } qw(start created_at updated_at completed_at archived_at deleted_at);
my %CLIENTS;

# A value of the protocol as the client takes it.
sub given {
    my ($value) = @_;
    return [map { given($_) } @$value] if ref $value eq 'ARRAY';
    return $value unless ref $value eq 'HASH';
    if (keys %$value == 1) {
        return Math::BigInt->new($value->{'$int'}) if exists $value->{'$int'};
        return $value->{'$datetime'}               if exists $value->{'$datetime'};
    }
    return { map { $_ => given($value->{$_}) } keys %$value };
}

# A value of the client as the protocol writes it.
sub result {
    my ($value, $name) = @_;
    return [map { result($_) } @$value] if ref $value eq 'ARRAY';
    return { map { $_ => result($value->{$_}, $_) } keys %$value } if ref $value eq 'HASH';
    return { '$int' => "$value" } if ref $value eq 'Math::BigInt';
    return { '$datetime' => $value } if defined $name && $TIMES{$name} && defined $value && !ref $value;
    return $value;
}

sub described {
    my ($error) = @_;
    return { kind => 'other', message => "$error" } unless ref $error eq 'HASH';
    return { map { $_ => $error->{$_} } grep { defined $error->{$_} } qw(kind message status code) };
}

sub outcome {
    my ($message) = @_;
    my $name = $message->{operation};
    my $key  = $Focus::JSON->canonical->encode([@$message{qw(base_url auth)}]);
    my $sdk  = $CLIENTS{$key} //= Focus->new(@$message{qw(base_url auth)});
    my $sent = $message->{arguments};
    my %given = (
        path        => given($sent->{path}  // {}),
        query       => given($sent->{query} // {}),
        body        => given($sent->{body}),
        max_retries => $message->{options}{max_retries},
    );
    $given{timeout} = $message->{options}{timeout_ms} / 1000 if $message->{options}{timeout_ms};

    my $consume = $message->{consume};
    return items($sdk, 'stream', $name, \%given, $consume // 'all') if $name eq 'stream_time_blocks';
    return items($sdk, 'pages', $name, \%given, $consume) if $consume && $name =~ /\Alist_/;
    my $value;
    eval { $value = $sdk->call($name, \%given); 1 }
        or return (outcome => 'error', error => described($@));
    return (outcome => 'value', value => result($value));
}

sub items {
    my ($sdk, $method, $name, $given, $consume) = @_;
    my ($most) = $consume =~ /\Afirst:(\d+)/;
    my @found;
    my $each = sub { push @found, result(@_); return !defined $most || @found < $most };
    eval { $sdk->$method($name, $given, $each); 1 }
        or return (outcome => 'items', items => \@found, complete => JSON::PP::false, error => described($@));
    return (outcome => 'items', items => \@found, complete => JSON::PP::true);
}

sub say_line { print $Focus::JSON->encode({@_}), "\n"; return }

while (my $line = <STDIN>) {
    my $message = $Focus::JSON->decode($line);
    my $type    = $message->{type};
    if ($type eq 'hello') {
        my $version = sprintf '%vd', $^V;
        say_line(
            type       => 'hello',
            protocol   => 1,
            sdk        => { name => 'perl-http-tiny', version => $version, language => 'Perl' },
            operations => [sort keys %Focus::OPERATIONS],
            features   => [qw(stream paginate retry timeout basic)],
        );
    }
    elsif ($type eq 'bye') { last }
    elsif ($type eq 'call') {
        my %reply;
        eval { %reply = outcome($message); 1 }
            or %reply = (outcome => 'adapter_error', message => "$@");
        say_line(id => $message->{id}, %reply);
    }
    else { say_line(id => $message->{id}, outcome => 'adapter_error', message => "unknown message $type") if $message->{id} }
}
