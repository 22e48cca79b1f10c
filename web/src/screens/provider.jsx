export const Provider = () => null; export const Providers = Provider;
