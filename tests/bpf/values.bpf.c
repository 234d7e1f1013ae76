// SPDX-License-Identifier: GPL-2.0-only
/* values - types of keys and values, for the tests that print and parse them */
#include <stdbool.h>
#include <linux/bpf.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <bpf/bpf_helpers.h>

#define TAG(word) __attribute__((btf_decl_tag(word)))

enum mode { OFF, LOOSE = 5, STRICT };
enum sign { MINUS = -1, NONE, PLUS };

struct stats {
	__u64 rx_packets;
	__u64 rx_bytes;
};

struct conf {
	__u32 limit;
	enum mode mode;
	char name[8];
	bool on;
	__s8 small;
	__s16 list[3];
};

struct scalars {
	__u8 u8;
	__s8 s8;
	__u16 u16;
	__s16 s16;
	__u32 u32;
	__s32 s32;
	__u64 u64;
	__s64 s64;
	unsigned __int128 wide;
	float single;
	double real;
	void *pointer;
	bool yes;
	char letter;
	enum sign sign;
};

struct bits {
	__u32 one : 1;
	__u32 three : 3;
	__s32 five : 5;
	enum mode mode : 4;
	__u64 long_one : 50;
};

struct net {
	struct in_addr v4;
	struct in6_addr v6;
	__be32 saddr;
	__u32 daddr;
	__be32 other;
	__be16 port;
	__be64 cookie;
	__u8 addr6[16];
	__be32 src_v6[4];
	__be32 src[2];
	__u8 mac[6];
	unsigned char h_dest[6];
	__u16 plain;
};

struct tagged {
	__u32 a TAG("ipv4");
	__u8 b[16] TAG("ipv6");
	char c[6] TAG("mac");
	__u16 d TAG("port");
	__u64 e TAG("be");
	__u32 f TAG("hex");
	__u8 g[6] TAG("number");
	__u32 addr TAG("number");
	__u8 raw[3] TAG("hex");
	__u32 wrong TAG("ipv6");
};

typedef __u32 tagged_t TAG("ipv4");

struct by_typedef {
	tagged_t peer;
};

struct lpm4 {
	__u32 prefixlen;
	__u8 data[4];
};

struct lpm6 {
	__u32 prefixlen;
	struct in6_addr addr;
};

struct flexible {
	__u32 prefixlen;
	__u8 data[];
};

struct nested {
	struct {
		__u32 a;
		union {
			__u32 b;
			__u8 octets[4];
		};
	};
	struct stats stats[2];
	struct {
		__u8 c;
	} inner;
};

struct list {
	__u16 count;
	__u16 items[];
};

struct chain {
	struct chain *next;
	__u64 value;
};

struct stats stats;
struct conf conf;
struct scalars scalars;
struct bits bits;
struct net net;
struct tagged tagged;
struct by_typedef by_typedef;
struct lpm4 lpm4;
struct lpm6 lpm6;
struct flexible flexible;
struct nested nested;
struct list list;
struct chain chain;

const volatile __u32 knob = 7;
__u64 counter = 1;

SEC("xdp")
int xdp_values(struct xdp_md *ctx)
{
	static __u32 seen = 2;

	counter += knob + ++seen;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
