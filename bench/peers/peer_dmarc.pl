#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
#
# peer_dmarc.pl HOST PORT -- Mail::DMARC, asked in lines "DOMAIN"; a line each: the policy for exactly this name.
#
# "none found", or "POLICY adkim=X aspf=X". All questions go to the server at HOST:PORT.
# The list of public suffixes is "example" alone, for names below it are what is asked about.
use strict;
use warnings;
use File::Temp;
use Mail::DMARC::PurePerl;
use Net::DNS::Resolver;

my ($host, $port) = @ARGV;
die "usage: peer_dmarc.pl HOST PORT\n" if !defined $port;
my $dns = Net::DNS::Resolver->new(nameservers => [$host], port => $port, recurse => 1, udp_timeout => 2,
    tcp_timeout => 2, retry => 2, searchlist => [], dnsrch => 0, defnames => 0, udppacketsize => 1232);
my $suffixes = File::Temp->new;
print $suffixes "example\n";
close $suffixes;
local $SIG{__WARN__} = sub { };
$| = 1;
while (my $domain = <STDIN>) {
	chomp $domain;
	my $result = eval {
		my $dmarc = Mail::DMARC::PurePerl->new;
		$dmarc->set_resolver($dns);
		$dmarc->config->{dns}{public_suffix_list} = $suffixes->filename;
		$dmarc->header_from($domain);
		my $policy = $dmarc->discover_policy;
		my $applies = !$policy ? undef : $dmarc->is_subdomain && $policy->sp ? $policy->sp : $policy->p;
		!$policy ? 'none found' : sprintf '%s adkim=%s aspf=%s', lc($applies // '?'),
		    map { lc($_ // 'r') eq 's' ? 's' : 'r' } $policy->adkim, $policy->aspf;
	};
	$result = "died: $@" if !defined $result;
	print $result =~ s/\s+/ /gr, "\n";
}
