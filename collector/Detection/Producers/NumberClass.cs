namespace SensorNet.Collector.Detection.Producers;

/// <summary>What a called number is, and its country or network prefix.</summary>
/// <param name="Class">national, international, premium, satellite, service, emergency, internal or local; empty: not a number.</param>
/// <param name="Prefix">E.164 prefix without plus; empty when the number has no country code.</param>
/// <param name="Digits">The number without separators and dialling prefix.</param>
internal readonly record struct NumberClass(string Class, string Prefix, string Digits);
