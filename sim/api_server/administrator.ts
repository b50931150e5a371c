/**
 * The user who may do everything.
 *
 * @module
 */

/** Name of the user whom kubeadm gives to people. */
export const ADMINISTRATOR = "kubernetes-admin";
