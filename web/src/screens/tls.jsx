export const Tls = () => null;
