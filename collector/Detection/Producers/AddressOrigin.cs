namespace SensorNet.Collector.Detection.Producers;

/// <summary>Where an address belongs.</summary>
/// <param name="Country">ISO 3166-1 code of two letters; empty: unknown.</param>
/// <param name="Asn">Autonomous system number; 0: unknown.</param>
internal readonly record struct AddressOrigin(string Country, uint Asn);
