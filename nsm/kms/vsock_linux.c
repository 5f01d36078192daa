/* vsock(7) exists only on Linux. */
#include "nsm/kms/socket.h"

#include <string.h>

#include <linux/vm_sockets.h>

socklen_t natt_vsock_address(struct sockaddr_storage *out, uint32_t cid, uint32_t port)
{
    struct sockaddr_vm address;
    memset(&address, 0, sizeof address);
    address.svm_family = AF_VSOCK;
    address.svm_cid = cid;
    address.svm_port = port;
    memcpy(out, &address, sizeof address);
    return sizeof address;
}
