export const Domain = () => null; export const Domains = Domain;
